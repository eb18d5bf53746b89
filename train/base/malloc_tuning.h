#pragma once

namespace numeral {

/// Lets this process keep the memory that tensors leave behind. Those of a step are megabytes
/// large; by default glibc gives such memory back to the system at once and takes it anew in the
/// next step, which costs more than some layers do. To be called before anything else is.
void keep_freed_memory();

}  // namespace numeral
