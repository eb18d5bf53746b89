# What all of our own targets have in common. A target takes it by linking `numeral_options`.

set(NUMERAL_SANITIZE "" CACHE STRING
  "The sanitizers to build with, as -fsanitize takes them: address,undefined or thread")
option(NUMERAL_FUZZ "Build the fuzzers, with sanitizers" OFF)

add_library(numeral_options INTERFACE)
target_compile_features(numeral_options INTERFACE cxx_std_20)
target_compile_options(numeral_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror)

if(NUMERAL_SANITIZE)
  set(sanitizers
    -fsanitize=${NUMERAL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # GCC sees uninitialised values in libtorch's headers where the sanitizers' code is added, and
  # warns of the fences in the standard library, which the thread sanitizer does not know.
  target_compile_options(numeral_options INTERFACE
    ${sanitizers} $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-tsan>)
  target_link_options(numeral_options INTERFACE ${sanitizers})
endif()

if(NUMERAL_FUZZ)
  target_compile_options(numeral_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# numeral_read_torch_once(TARGET [REUSE_FROM OTHER]): libtorch's headers are two thirds of the work of
# every file that includes them. The sanitized builds, which CI makes anew beside the native one,
# have them precompiled. The native build has not, so that every file still says what it uses.
function(numeral_read_torch_once target)
  if(NUMERAL_SANITIZE)
    if(ARGN)
      target_precompile_headers(${target} ${ARGN})
    else()
      target_precompile_headers(${target} PRIVATE <torch/torch.h>)
    endif()
    # For ccache.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  endif()
endfunction()
