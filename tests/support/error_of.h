#pragma once

#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <stdexcept>
#include <string>

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

}  // namespace numeral::test
