#pragma once

#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <stdexcept>
#include <string>

#include "core/error.h"

namespace numeral::test {

/// The message of what `call` throws.
inline std::string error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  FAIL("nothing was thrown");
  return "";
}

/// The message of an error; empty where there is none.
template <class T>
std::string error_of(const Result<T>& result) {
  return result ? "" : result.error().message;
}

}  // namespace numeral::test
