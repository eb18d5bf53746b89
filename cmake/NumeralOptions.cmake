# What all of our own targets have in common. A target takes it by linking `numeral_options`.

option(NUMERAL_SANITIZE "Build with the address and undefined-behaviour sanitizers" OFF)
option(NUMERAL_FUZZ "Build the fuzzers, with these sanitizers, and nothing that needs libtorch" OFF)

add_library(numeral_options INTERFACE)
target_compile_features(numeral_options INTERFACE cxx_std_20)
target_compile_options(numeral_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror)

if(NUMERAL_SANITIZE)
  set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # GCC sees uninitialised values in libtorch's headers where the sanitizers' code is added.
  target_compile_options(numeral_options INTERFACE
    ${sanitizers} $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(numeral_options INTERFACE ${sanitizers})
endif()

if(NUMERAL_FUZZ)
  target_compile_options(numeral_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
