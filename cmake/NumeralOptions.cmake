# What all of our own targets have in common. A target takes it by linking `numeral_options`.

set(NUMERAL_SANITIZE "" CACHE STRING
  "The sanitizers to build with, as -fsanitize takes them: address,undefined or thread")
option(NUMERAL_FUZZ "Build the fuzzers, with sanitizers" OFF)

add_library(numeral_options INTERFACE)
target_compile_features(numeral_options INTERFACE cxx_std_20)
target_compile_options(numeral_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion)

if(NUMERAL_SANITIZE)
  set(sanitizers
    -fsanitize=${NUMERAL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_compile_options(numeral_options INTERFACE ${sanitizers})
  target_link_options(numeral_options INTERFACE ${sanitizers})
endif()

if(NUMERAL_FUZZ)
  target_compile_options(numeral_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# numeral_precompile(TARGET PRIVATE <HEADER>...) compiles large headers once for all files of TARGET;
# numeral_precompile(TARGET REUSE_FROM OTHER) takes what OTHER has compiled. Each file still includes
# what it uses itself. Those of libtorch are most of the work of every file that has them.
function(numeral_precompile target)
  target_precompile_headers(${target} ${ARGN})
  # With its time in it, it would be another file for ccache whenever it is compiled.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>)
endfunction()
