#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace numeral {

/// Why something failed: a message of one line that names the place (a file, say), what was
/// expected and what was found.
struct Error {
  std::string message;
};

/// A value, or the reason why there is none. Functions in src/ return this instead of throwing.
template <class T>
using Result = tl::expected<T, Error>;

/// Makes the Result of a failure: `return fail("digits.ort: file not found");`
inline tl::unexpected<Error> fail(std::string message) {
  return tl::unexpected(Error{std::move(message)});
}

}  // namespace numeral
