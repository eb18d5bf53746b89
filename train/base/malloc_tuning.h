#pragma once

namespace numeral {

/// Makes glibc's malloc keep freed memory for reuse. A training step allocates tensors of several
/// megabytes; by default their memory goes back to the system at once and is requested again in the
/// next step, which takes longer than some layers. Call this first in main.
void keep_freed_memory();

}  // namespace numeral
