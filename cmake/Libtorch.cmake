# libtorch, as the target numeral_torch: a package for CMake (Torch_DIR, CMAKE_PREFIX_PATH), or what an installed
# PyTorch says of itself (NUMERAL_PYTHON=python3). The second needs no CUDA toolkit to be found, which the
# package of a PyTorch for GPUs wants.

set(NUMERAL_PYTHON "" CACHE STRING "The python3 whose PyTorch is used; empty: find_package(Torch)")

add_library(numeral_torch INTERFACE)
if(NUMERAL_PYTHON)
  execute_process(
    COMMAND ${NUMERAL_PYTHON} -c "if True:
      import os, torch
      from torch.utils import cpp_extension
      gpu = torch.version.cuda is not None
      print(';'.join(cpp_extension.include_paths()))
      print(os.path.join(os.path.dirname(torch.__file__), 'lib'))
      print('torch;torch_cpu;c10' + (';torch_cuda;c10_cuda' if gpu else ''))
      print(int(torch.compiled_with_cxx11_abi()))
      print(torch.__version__)"
    OUTPUT_VARIABLE found OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCH "^(.*)\n(.*)\n(.*)\n(.*)\n(.*)$" found "${found}")
  set(includes "${CMAKE_MATCH_1}")
  set(folder "${CMAKE_MATCH_2}")
  set(libraries "${CMAKE_MATCH_3}")
  set(TORCH_VERSION "${CMAKE_MATCH_5}")
  target_include_directories(numeral_torch SYSTEM INTERFACE ${includes})
  target_compile_definitions(numeral_torch INTERFACE
    _GLIBCXX_USE_CXX11_ABI=${CMAKE_MATCH_4} USE_DISTRIBUTED USE_C10D_GLOO)
  target_link_directories(numeral_torch INTERFACE ${folder})
  # torch_cuda registers itself when it is loaded; no symbol of it is used. It needs libraries of CUDA that
  # only the loader finds.
  target_link_options(numeral_torch INTERFACE
    LINKER:--no-as-needed LINKER:--allow-shlib-undefined LINKER:-rpath,${folder})
  target_link_libraries(numeral_torch INTERFACE ${libraries})
  # What c10d's NCCL backend needs, where a wheel has it.
  find_path(NUMERAL_NCCL_INCLUDE nccl.h HINTS ${folder}/../../nvidia/nccl/include)
  find_path(NUMERAL_CUDA_INCLUDE cuda_runtime_api.h
    HINTS /usr/local/cuda/include ${folder}/../../nvidia/cu13/include ${folder}/../../nvidia/cuda_runtime/include)
  if(NUMERAL_NCCL_INCLUDE AND NUMERAL_CUDA_INCLUDE)
    target_include_directories(numeral_torch SYSTEM INTERFACE ${NUMERAL_NCCL_INCLUDE} ${NUMERAL_CUDA_INCLUDE})
    target_compile_definitions(numeral_torch INTERFACE USE_C10D_NCCL)
  endif()
  message(STATUS "PyTorch ${TORCH_VERSION}: ${folder}")
else()
  find_package(Torch 2.4 REQUIRED)
  target_include_directories(numeral_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
  target_link_libraries(numeral_torch INTERFACE ${TORCH_LIBRARIES})
endif()
