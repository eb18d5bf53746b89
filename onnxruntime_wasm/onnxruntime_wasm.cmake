# onnxruntime_wasm_for(TARGET target MODEL model... [API function...])
#
# Gives an Emscripten target ONNX Runtime's C API, with the kernels that these models need. A model in ONNX
# format (.onnx) is converted: its ORT form (.ort), which the program reads, is written beside the program. One
# in ORT format is taken as it is. API names the functions of OrtApi that the program calls; without it they are
# the usual ones, listed below. README.md says more.
#
# Variables of CMake or of the environment:
#   ONNXRUNTIME_WASM_CACHE      folder in which built libraries are kept; default ~/.cache/onnxruntime_wasm
#   ONNXRUNTIME_WASM_DOWNLOADS  folder of downloaded archives; default: `downloads` in the cache
#   ONNXRUNTIME_WASM_MIRROR     a mirror of Debian's archive; default: that of this machine's apt
#   ONNXRUNTIME_WASM_HEADERS    debian: installed packages; upstream: downloaded. Default: debian where there are all
#   ONNXRUNTIME_WASM_CONVERTER  a program onnx-to-ort; default: it is built, with the native compiler
#
# Everything happens when CMake configures, because only then is known which sources there are. Error messages
# start with a space, which keeps CMake from breaking them into several lines.

include_guard(GLOBAL)

# What a program calls that reads a model from memory, asks for names, types and shapes, and runs it; with the
# wrapper for C++ as well.
set_property(GLOBAL PROPERTY onnxruntime_wasm_default_api
  AllocatorFree CastTypeInfoToTensorInfo CreateCpuMemoryInfo CreateEnv CreateRunOptions CreateSessionFromArray
  CreateSessionOptions CreateStatus CreateTensorAsOrtValue CreateTensorWithDataAsOrtValue
  GetAllocatorWithDefaultOptions GetDimensions GetDimensionsCount GetErrorCode GetErrorMessage
  GetOnnxTypeFromTypeInfo GetTensorElementType GetTensorMutableData GetTensorShapeElementCount
  GetTensorTypeAndShape IsTensor ReleaseEnv ReleaseMemoryInfo ReleaseRunOptions ReleaseSession
  ReleaseSessionOptions ReleaseStatus ReleaseTensorTypeAndShapeInfo ReleaseTypeInfo ReleaseValue Run
  SessionGetInputCount SessionGetInputName SessionGetInputTypeInfo SessionGetOutputCount SessionGetOutputName
  SessionGetOutputTypeInfo SetIntraOpNumThreads SetLanguageProjection SetSessionExecutionMode)

# Sets the caller's `variable` to a setting: CMake's variable, or the environment's, or the default.
function(onnxruntime_wasm_setting variable name default)
  set(value "${${name}}")
  if(NOT value)
    set(value "$ENV{${name}}")
  endif()
  if(NOT value)
    set(value "${default}")
  endif()
  set(${variable} "${value}" PARENT_SCOPE)
endfunction()

# Sets the caller's `mirror` to the Debian mirror of this machine's apt; to nothing where there is none.
function(onnxruntime_wasm_apt_mirror)
  file(GLOB files /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources)
  set(mirror "")
  foreach(file IN LISTS files)
    file(STRINGS ${file} lines REGEX "^(URIs:|deb) ")
    if(NOT mirror AND lines MATCHES "(https?://[^ ;]*/debian)/?( |;|$)")
      set(mirror ${CMAKE_MATCH_1})
    endif()
  endforeach()
  return(PROPAGATE mirror)
endfunction()

# Sets the caller's `ort` to the model in ORT format, written into `folder` if it is in another.
function(onnxruntime_wasm_convert model folder)
  cmake_path(GET model EXTENSION LAST_ONLY extension)
  if(extension STREQUAL ".ort")
    set(ort ${model})
    return(PROPAGATE ort)
  endif()
  cmake_path(GET model STEM LAST_ONLY name)
  set(ort ${folder}/${name}.ort)
  if(NOT ${model} IS_NEWER_THAN ${ort})
    return(PROPAGATE ort)
  endif()
  onnxruntime_wasm_setting(converter ONNXRUNTIME_WASM_CONVERTER "")
  if(NOT converter)
    set(source ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/converter)
    set(build ${CMAKE_BINARY_DIR}/onnxruntime_wasm/converter)
    set(converter ${build}/onnx-to-ort)
    foreach(arguments "-G;${CMAKE_GENERATOR};-S;${source};-B;${build};-DCMAKE_BUILD_TYPE=Release;-DCMAKE_PREFIX_PATH=${CMAKE_PREFIX_PATH}" "--build;${build}")
      execute_process(COMMAND ${CMAKE_COMMAND} ${arguments} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
      if(NOT result EQUAL 0)
        message(FATAL_ERROR "${output}\n onnxruntime_wasm: building the converter of ${model} failed: it needs a native C++ compiler and ONNX Runtime's native library (Debian: g++ and libonnxruntime-dev; elsewhere a release of ONNX Runtime, named by CMAKE_PREFIX_PATH), or a built one as ONNXRUNTIME_WASM_CONVERTER")
      endif()
    endforeach()
  endif()
  file(MAKE_DIRECTORY ${folder})
  execute_process(COMMAND ${converter} ${model} ${ort} RESULT_VARIABLE result ERROR_VARIABLE error ERROR_STRIP_TRAILING_WHITESPACE)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR " onnxruntime_wasm: ${error}")
  endif()
  message(STATUS "Wrote ${ort}")
  return(PROPAGATE ort)
endfunction()

# Builds the nested project for `operators`, or where these are empty what all programs have, and installs it as
# `destination`. What an interrupted build has made is kept in the folder `build` beside it and used by the next
# one, if that is for the same key. Folders do not depend on the key, so that the compiler cache knows the files.
function(onnxruntime_wasm_build destination what operators)
  if(EXISTS ${destination})
    return()
  endif()
  string(TIMESTAMP started %s)
  cmake_path(GET destination PARENT_PATH cache)
  cmake_path(GET destination FILENAME key)
  set(build ${cache}/build)
  set(partial ${destination}.partial)
  message(STATUS "Building ONNX Runtime for WebAssembly: ${what}, in ${build}")

  include(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/downloads.cmake)
  onnxruntime_wasm_setting(downloads ONNXRUNTIME_WASM_DOWNLOADS ${cache}/downloads)
  onnxruntime_wasm_apt_mirror()
  onnxruntime_wasm_setting(mirror ONNXRUNTIME_WASM_MIRROR "${mirror}")
  file(MAKE_DIRECTORY ${downloads})
  file(SHA256 ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/downloads.cmake sources)
  string(SUBSTRING ${sources} 0 16 sources)
  set(sources ${cache}/sources-${sources})
  if(NOT EXISTS ${sources}/complete)
    unpack_sources(${downloads} "${mirror}" ${sources})
    file(TOUCH ${sources}/complete)
  endif()
  if(NOT EXISTS ${build}/${key})
    file(REMOVE_RECURSE ${build})
    file(WRITE ${build}/operators.txt "${operators}")
    file(TOUCH ${build}/${key})
  endif()
  link_headers(${origin} ${downloads} ${sources} "${mirror}" ${build}/headers)

  set(configure
    -G ${CMAKE_GENERATOR} -S ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/library -B ${build}/library
    -DCMAKE_TOOLCHAIN_FILE=${CMAKE_TOOLCHAIN_FILE}
    -DCMAKE_INSTALL_PREFIX=${partial}
    -DCMAKE_INSTALL_MESSAGE=NEVER
    -DSOURCES=${sources}
    -DHEADERS=${build}/headers
    -DPROTOC=${protoc}
    -DVERSION=${onnxruntime_version})
  if(operators)
    list(APPEND configure -DOPERATORS=${build}/operators.txt)
  endif()
  find_program(CCACHE ccache)
  if(CCACHE)
    list(APPEND configure -DCMAKE_CXX_COMPILER_LAUNCHER=${CCACHE})
  endif()
  foreach(arguments "${configure}" "--build;${build}/library" "--install;${build}/library")
    execute_process(COMMAND ${CMAKE_COMMAND} ${arguments} RESULT_VARIABLE result)
    if(NOT result EQUAL 0)
      message(FATAL_ERROR " onnxruntime_wasm: building ONNX Runtime for WebAssembly failed; the lines above say why. Run this again to go on, or delete ${build} to start afresh.")
    endif()
  endforeach()
  file(RENAME ${partial} ${destination})
  file(REMOVE_RECURSE ${build})
  string(TIMESTAMP ended %s)
  math(EXPR seconds "${ended} - ${started}")
  message(STATUS "Built ONNX Runtime for WebAssembly: ${what}, in ${seconds} s")
endfunction()

# Sets the caller's `base` and `kernels` to the folders of built libraries, and `origin` to where headers come from.
function(onnxruntime_wasm_libraries operators)
  include(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/downloads.cmake)
  set(home "$ENV{XDG_CACHE_HOME}")
  if(NOT home)
    set(home $ENV{HOME}/.cache)
  endif()
  onnxruntime_wasm_setting(cache ONNXRUNTIME_WASM_CACHE ${home}/onnxruntime_wasm)

  execute_process(COMMAND dpkg-query --show ${header_packages}
    OUTPUT_VARIABLE packages RESULT_VARIABLE missing ERROR_VARIABLE error OUTPUT_STRIP_TRAILING_WHITESPACE)
  onnxruntime_wasm_setting(origin ONNXRUNTIME_WASM_HEADERS "")
  if(NOT origin AND NOT missing EQUAL 0)
    set(origin upstream)
  elseif(NOT origin)
    set(origin debian)
  endif()
  if(origin STREQUAL "upstream")
    set(packages "${header_archives}")
  elseif(NOT missing EQUAL 0)
    string(REGEX REPLACE "\n.*" "" error "${error}")
    message(FATAL_ERROR " onnxruntime_wasm: ${error}: install ${header_packages}, or set ONNXRUNTIME_WASM_HEADERS=upstream")
  endif()

  set(inputs "${packages}" "${EMSCRIPTEN_VERSION}" "${CMAKE_CXX_COMPILER_VERSION}")
  file(GLOB_RECURSE files LIST_DIRECTORIES OFF ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/library/*)
  foreach(file ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/downloads.cmake ${files})
    file(SHA256 ${file} hash)
    list(APPEND inputs ${hash})
  endforeach()
  foreach(part base kernels)
    string(SHA256 ${part} "${inputs}")
    string(SUBSTRING ${${part}} 0 16 ${part})
    set(${part} ${cache}/${${part}})
    list(APPEND inputs "${operators}")
  endforeach()

  if(NOT EXISTS ${base} OR NOT EXISTS ${kernels})
    file(MAKE_DIRECTORY ${cache})
    file(LOCK ${cache}/lock GUARD FUNCTION)
    onnxruntime_wasm_build(${base} "what all programs have" "")
    onnxruntime_wasm_build(${kernels} "the kernels of this model" "${operators}")
  endif()
  return(PROPAGATE base kernels)
endfunction()

function(onnxruntime_wasm_for)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "TARGET" "MODEL;API")
  if(NOT TARGET "${arg_TARGET}" OR NOT arg_MODEL OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR " onnxruntime_wasm_for: expected TARGET target MODEL model... [API function...], found ${ARGN}")
  endif()
  if(NOT EMSCRIPTEN)
    message(FATAL_ERROR " onnxruntime_wasm_for: this is no build for WebAssembly: configure with emcmake cmake")
  endif()
  set(package ${CMAKE_CURRENT_FUNCTION_LIST_DIR})

  # The models, in ORT format beside the program.
  get_target_property(folder ${arg_TARGET} RUNTIME_OUTPUT_DIRECTORY)
  if(NOT folder)
    set(folder ${CMAKE_CURRENT_BINARY_DIR})
  endif()
  set(models "")
  foreach(model IN LISTS arg_MODEL)
    cmake_path(ABSOLUTE_PATH model BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
    if(NOT EXISTS ${model})
      message(FATAL_ERROR " onnxruntime_wasm_for: the model ${model} is not there")
    endif()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${model})
    onnxruntime_wasm_convert(${model} ${folder})
    list(APPEND models ${ort})
  endforeach()

  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  execute_process(COMMAND ${Python3_EXECUTABLE} ${package}/ort_operators.py ${models}
    OUTPUT_VARIABLE operators ERROR_VARIABLE error RESULT_VARIABLE result ERROR_STRIP_TRAILING_WHITESPACE)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR " onnxruntime_wasm_for: ${error}")
  endif()
  onnxruntime_wasm_libraries("${operators}")

  # The C API's table, a library of its own: it differs between programs.
  set(functions ${arg_API})
  if(NOT functions)
    get_property(functions GLOBAL PROPERTY onnxruntime_wasm_default_api)
  endif()
  set(declarations ${functions})
  list(TRANSFORM declarations REPLACE "(.+)" "Function<decltype(OrtApi::\\1)> \\1|")
  set(entries ${functions})
  list(TRANSFORM entries REPLACE "(.+)" "  api.\\1 = OrtApis::\\1|")
  foreach(lines declarations entries)
    list(JOIN ${lines} "\n" ${lines})
    string(REPLACE "|" ";" ${lines} "${${lines}}")
  endforeach()
  include(${package}/downloads.cmake)
  set(version ${onnxruntime_version})
  set(name ${arg_TARGET}_onnxruntime)
  configure_file(${package}/api.cc.in ${CMAKE_CURRENT_BINARY_DIR}/${name}.cc @ONLY)
  add_library(${name} STATIC ${CMAKE_CURRENT_BINARY_DIR}/${name}.cc)
  target_compile_features(${name} PRIVATE cxx_std_17)
  include(${package}/library/whole_program.cmake)
  target_compile_options(${name}
    PRIVATE -w -Oz -msimd128 -fno-exceptions -fno-rtti
    PUBLIC ${whole_program})
  target_compile_definitions(${name} INTERFACE ORT_NO_EXCEPTIONS)
  target_include_directories(${name} SYSTEM PUBLIC ${base}/include)
  # A convolution overflows Emscripten's default stack of 64 KiB.
  target_link_options(${name} INTERFACE -sSTACK_SIZE=1048576)
  target_link_libraries(${name} PUBLIC ${kernels}/lib/libonnxruntime_kernels.a ${base}/lib/libonnxruntime.a)

  get_target_property(type ${arg_TARGET} TYPE)
  set(visibility PUBLIC)
  if(type STREQUAL "EXECUTABLE")
    set(visibility PRIVATE)
  endif()
  target_link_libraries(${arg_TARGET} ${visibility} ${name})
endfunction()
