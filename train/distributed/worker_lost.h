#pragma once

#include <stdexcept>

namespace numeral {

/// Thrown where a collective operation failed because another worker is gone.
struct WorkerLost : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace numeral
