# ONNX Runtime for WebAssembly, as the imported target onnxruntime::onnxruntime: the name, headers
# and C API are those of the native package, so that the same sources are built with both.
#
# The library is built here, at configure time, and only from the sources and for the operators
# that the model needs; onnxruntime-wasm/ says how. It is kept in the cache under a key made of
# everything that goes into it.

set(NUMERAL_MODEL_CARD ${PROJECT_SOURCE_DIR}/model/digits.json
  CACHE FILEPATH "The model card that lists the operators of the model to be run")

# Error messages start with a space, which keeps CMake from breaking them into several lines.
include(${CMAKE_CURRENT_LIST_DIR}/onnxruntime-wasm/tarballs.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/onnxruntime-wasm/whole_program.cmake)

# The Debian packages with headers that go into the library.
set(onnxruntime_header_packages
  libboost-dev libeigen3-dev libflatbuffers-dev libhowardhinnant-date-dev libmsgsl-dev
  libsafeint-dev nlohmann-json3-dev protobuf-compiler)

# Sets `operators` to the operators that the model card lists, sorted.
function(read_model_operators)
  if(NOT EXISTS ${NUMERAL_MODEL_CARD})
    message(FATAL_ERROR " numeral: ${NUMERAL_MODEL_CARD} not found, which lists the operators that ONNX Runtime is built for: train a model with scripts/train.sh")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${NUMERAL_MODEL_CARD})
  file(READ ${NUMERAL_MODEL_CARD} card)
  string(JSON count ERROR_VARIABLE error LENGTH "${card}" operators)
  if(error OR NOT count GREATER 0)
    string(REGEX REPLACE "[ \n]+" " " error "${error}")
    message(FATAL_ERROR " numeral: ${NUMERAL_MODEL_CARD}: expected a list of operators such as [\"ai.onnx;17;Conv\"] as \"operators\", found none (${error}): train a model with scripts/train.sh")
  endif()
  math(EXPR last "${count} - 1")
  set(operators "")
  foreach(index RANGE ${last})
    string(JSON operator GET "${card}" operators ${index})
    # A semicolon would separate elements of CMake's lists.
    string(REPLACE ";" "," operator "${operator}")
    list(APPEND operators "${operator}")
  endforeach()
  list(REMOVE_DUPLICATES operators)
  list(SORT operators)
  return(PROPAGATE operators)
endfunction()

# Sets `key` to a hash of everything that goes into the library.
function(hash_inputs)
  execute_process(
    COMMAND dpkg-query --show ${onnxruntime_header_packages}
    OUTPUT_VARIABLE packages RESULT_VARIABLE result ERROR_VARIABLE error
    OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT result EQUAL 0)
    string(REGEX REPLACE "\n.*" "" error "${error}")
    message(FATAL_ERROR " numeral: ${error}: install the packages that scripts/packages.txt lists, or build with scripts/run.sh")
  endif()
  set(inputs "${operators}" "${packages}" "${EMSCRIPTEN_VERSION}" "${CMAKE_CXX_COMPILER_VERSION}")
  file(GLOB_RECURSE files LIST_DIRECTORIES OFF ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/onnxruntime-wasm/*)
  foreach(file ${CMAKE_CURRENT_FUNCTION_LIST_FILE} ${files})
    file(SHA256 ${file} hash)
    list(APPEND inputs ${hash})
  endforeach()
  string(SHA256 key "${inputs}")
  string(SUBSTRING ${key} 0 16 key)
  return(PROPAGATE key)
endfunction()

# Builds the library and installs it as `destination`. What an interrupted build has made is kept
# in the folder `build` beside it and used by the next one, if that is for the same key. The
# folder's name does not depend on the key, so that the compiler cache knows the files again.
function(build_onnxruntime sources destination)
  string(TIMESTAMP started %s)
  cmake_path(GET destination PARENT_PATH folder)
  cmake_path(GET destination FILENAME key)
  set(build ${folder}/build)
  set(partial ${destination}.partial)
  message(STATUS "Building ONNX Runtime for WebAssembly, once for this model, in ${build} (about 3 minutes on two cores)")

  if(NOT EXISTS ${build}/${key})
    download_tarballs(${sources})
    file(REMOVE_RECURSE ${build})
    unpack_tarballs(${sources} ${build}/sources)
    list(JOIN operators "\n" lines)
    string(REPLACE "," ";" lines "${lines}")
    file(WRITE ${build}/operators.txt "${lines}\n")
    file(TOUCH ${build}/${key})
  endif()

  find_program(CCACHE ccache)
  if(CCACHE)
    set(launcher -DCMAKE_CXX_COMPILER_LAUNCHER=${CCACHE})
  endif()
  set(configure
    -G Ninja -S ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/onnxruntime-wasm -B ${build}/library ${launcher}
    -DCMAKE_TOOLCHAIN_FILE=${CMAKE_TOOLCHAIN_FILE}
    -DCMAKE_INSTALL_PREFIX=${partial}
    -DCMAKE_INSTALL_MESSAGE=NEVER
    -DSOURCES=${build}/sources
    -DOPERATORS=${build}/operators.txt
    -DVERSION=${onnxruntime_version})
  foreach(arguments "${configure}" "--build;${build}/library" "--install;${build}/library")
    execute_process(COMMAND ${CMAKE_COMMAND} ${arguments} RESULT_VARIABLE result)
    if(NOT result EQUAL 0)
      message(FATAL_ERROR " numeral: building ONNX Runtime for WebAssembly failed; the lines above say why. Run this again to go on, or delete ${build} to start afresh.")
    endif()
  endforeach()
  file(RENAME ${partial} ${destination})
  file(REMOVE_RECURSE ${build})
  string(TIMESTAMP ended %s)
  math(EXPR seconds "${ended} - ${started}")
  message(STATUS "Built ONNX Runtime for WebAssembly in ${seconds} s")
endfunction()

# Makes the library available as the imported target, built if the cache does not have it.
function(add_onnxruntime)
  set(cache "$ENV{NUMERAL_CACHE}")
  if(NOT cache)
    set(cache "$ENV{XDG_CACHE_HOME}")
    if(NOT cache)
      set(cache $ENV{HOME}/.cache)
    endif()
    string(APPEND cache /numeral)
  endif()

  read_model_operators()
  hash_inputs()
  set(library ${cache}/onnxruntime-wasm/${key})
  if(NOT EXISTS ${library})
    file(MAKE_DIRECTORY ${cache}/onnxruntime-wasm ${cache}/sources)
    file(LOCK ${cache}/onnxruntime-wasm/lock GUARD FUNCTION)
    if(NOT EXISTS ${library})
      build_onnxruntime(${cache}/sources ${library})
    endif()
  endif()

  add_library(onnxruntime::onnxruntime STATIC IMPORTED GLOBAL)
  set_target_properties(onnxruntime::onnxruntime PROPERTIES
    IMPORTED_LOCATION ${library}/lib/libonnxruntime.a
    INTERFACE_INCLUDE_DIRECTORIES ${library}/include
    INTERFACE_COMPILE_OPTIONS "${whole_program}"
    # A convolution overflows Emscripten's default stack of 64 KiB.
    INTERFACE_LINK_OPTIONS -sSTACK_SIZE=1048576)
endfunction()

add_onnxruntime()
