#pragma once

#include <stdexcept>
#include <utility>

#include "core/error.h"

namespace numeral {

/// The value of `result`. Where it holds an error instead, throws std::runtime_error with the
/// error's message: src/ returns errors, the training program throws them.
template <class T>
T or_throw(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

/// The same for a call that returns no value.
inline void or_throw(const Result<void>& result) {
  if (!result) throw std::runtime_error(result.error().message);
}

}  // namespace numeral
