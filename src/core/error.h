#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace numeral {

/// Why something failed: one line for people that says what is wrong, where, and what to do.
struct Error {
  std::string message;
};

/// Either a value or the reason why there is none. Nothing in Numeral's core throws.
template <class T>
using Result = tl::expected<T, Error>;

/// The failing Result: `return fail("digits.ort: file not found");`
inline tl::unexpected<Error> fail(std::string message) {
  return tl::unexpected(Error{std::move(message)});
}

}  // namespace numeral
