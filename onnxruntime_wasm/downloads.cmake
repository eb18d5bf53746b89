# What the library is built from, and where it comes from.

set(onnxruntime_version 1.21.0)

# Name | file | checksum | the folder in it | upstream's address
#
# Debian's mirrors have these as the sources of Debian 13's packages. Those of ONNX and protobuf are upstream's
# own archives, byte for byte. Debian leaves some files out of ONNX Runtime's, so that one comes from Debian
# everywhere.
set(tarballs
  "onnxruntime|onnxruntime_1.21.0+dfsg.orig.tar.xz|SHA256=32df1f82bd6b07b18372c0f387133214905cbde7a586b3ad83f0ed0075f80273|onnxruntime-1.21.0|"
  "onnx|onnx_1.17.0.orig.tar.gz|SHA256=8d5e983c36037003615e5a02d36b18fc286541bf52de1a78f6cf9f32005a820e|onnx-1.17.0|https://github.com/onnx/onnx/archive/refs/tags/v1.17.0.tar.gz"
  "protobuf|protobuf_3.21.12.orig.tar.gz|SHA256=930c2c3b5ecc6c9c12615cf5ad93f1cd6e12d0aba862b572e076259970ac3a53|protobuf-3.21.12|https://github.com/protocolbuffers/protobuf/archive/refs/tags/v3.21.12.tar.gz")

# What of each is unpacked.
set(onnxruntime_parts
  include/onnxruntime/* onnxruntime/core/* onnxruntime/contrib_ops/cpu/* onnxruntime/lora/*)
set(onnx_parts onnx/*.h onnx/*.proto onnx/defs/*)
set(protobuf_parts src/google/protobuf/*)

# The headers that go into the library, and protobuf's compiler: these packages of Debian 13, where they are
# installed ...
set(header_packages
  libboost-dev libeigen3-dev libflatbuffers-dev libhowardhinnant-date-dev libmsgsl-dev
  libsafeint-dev nlohmann-json3-dev protobuf-compiler)

# ... and elsewhere upstream's archives, with the checksums of ONNX Runtime 1.21.0's own cmake/deps.txt.
set(header_archives
  "boost|mp11-1.82.0.zip|SHA1=9bc9e01dffb64d9e0773b2e44d2f22c51aace063|mp11-boost-1.82.0|https://github.com/boostorg/mp11/archive/refs/tags/boost-1.82.0.zip"
  "eigen3|eigen-1d8b82b0.zip|SHA1=5ea4d05e62d7f954a46b3213f9b2535bdd866803|eigen-1d8b82b0740839c0de7f1242a3585e3390ff5f33|https://gitlab.com/libeigen/eigen/-/archive/1d8b82b0740839c0de7f1242a3585e3390ff5f33/eigen-1d8b82b0740839c0de7f1242a3585e3390ff5f33.zip"
  "flatbuffers|flatbuffers-23.5.26.zip|SHA1=59422c3b5e573dd192fead2834d25951f1c1670c|flatbuffers-23.5.26|https://github.com/google/flatbuffers/archive/refs/tags/v23.5.26.zip"
  "date|date-3.0.1.zip|SHA1=2dac0c81dc54ebdd8f8d073a75c053b04b56e159|date-3.0.1|https://github.com/HowardHinnant/date/archive/refs/tags/v3.0.1.zip"
  "gsl|gsl-4.0.0.zip|SHA1=cf368104cd22a87b4dd0c80228919bb2df3e2a14|GSL-4.0.0|https://github.com/microsoft/GSL/archive/refs/tags/v4.0.0.zip"
  "nlohmann|json-3.11.3.zip|SHA1=5e88795165cc8590138d1f47ce94ee567b85b4d6|json-3.11.3|https://github.com/nlohmann/json/archive/refs/tags/v3.11.3.zip"
  "safeint|safeint-3.0.28.zip|SHA1=23f252040ff6cb9f1fd18575b32fa8fb5928daac|SafeInt-3.0.28|https://github.com/dcleblanc/SafeInt/archive/refs/tags/3.0.28.zip"
  "protoc|protoc-21.12-linux-x86_64.zip|SHA1=338462004aa5be9fba45b35b5b4be43f69b47a90|.|https://github.com/protocolbuffers/protobuf/releases/download/v21.12/protoc-21.12-linux-x86_64.zip")

# Where in its archive each is; for the others it is include/NAME.
set(eigen3_place .)
set(nlohmann_place single_include/nlohmann)
set(safeint_place .)

# Splits an entry of a list above into the caller's variables name, file, checksum, folder and url.
function(read_entry entry)
  string(REGEX MATCH "^(.*)[|](.*)[|](.*)[|](.*)[|](.*)$" matched "${entry}")
  set(name ${CMAKE_MATCH_1})
  set(file ${CMAKE_MATCH_2})
  set(checksum ${CMAKE_MATCH_3})
  set(folder ${CMAKE_MATCH_4})
  set(url ${CMAKE_MATCH_5})
  return(PROPAGATE name file checksum folder url)
endfunction()

# Fails unless the file has the checksum, ALGORITHM=VALUE; `place` is how the message calls it.
function(require_checksum path checksum place help)
  string(REPLACE "=" ";" wanted "${checksum}")
  list(GET wanted 0 algorithm)
  list(GET wanted 1 expected)
  file(${algorithm} ${path} found)
  if(NOT found STREQUAL expected)
    message(FATAL_ERROR " onnxruntime_wasm: ${place}: expected ${algorithm} ${expected}, found ${found}: ${help}")
  endif()
endfunction()

# Downloads an archive into `directory`, from the Debian mirror or upstream. Only whole ones, with the right
# checksum, ever get their names there.
function(download_archive entry directory mirror)
  read_entry("${entry}")
  if(EXISTS ${directory}/${file})
    return()
  endif()
  set(urls "${url}")
  if(mirror AND file MATCHES "\\.orig\\.")
    string(SUBSTRING ${name} 0 1 letter)
    string(REPLACE "+" "%2b" pool "${mirror}/pool/main/${letter}/${name}/${file}")
    list(PREPEND urls ${pool})
  endif()
  set(help "put ${file} into ${directory} by hand, check the network, or name a Debian mirror with ONNXRUNTIME_WASM_MIRROR=URL, and run this again")
  if(NOT urls)
    message(FATAL_ERROR " onnxruntime_wasm: ${file} comes from a Debian mirror, and none is known: ${help}")
  endif()
  foreach(url IN LISTS urls)
    message(STATUS "Downloading ${url}")
    # The name is this process's own: others may download the same.
    string(RANDOM LENGTH 12 random)
    set(partial ${directory}/${file}.${random}.partial)
    file(DOWNLOAD ${url} ${partial} STATUS status TIMEOUT 600 INACTIVITY_TIMEOUT 20)
    list(GET status 0 code)
    if(code EQUAL 0)
      file(RENAME ${partial} ${directory}/${file}.unchecked)
      require_checksum(${directory}/${file}.unchecked ${checksum} ${url} "${help}")
      file(RENAME ${directory}/${file}.unchecked ${directory}/${file})
      return()
    endif()
    file(REMOVE ${partial})
    list(GET status 1 reason)
    string(APPEND failures "${url}: ${reason}: ")
  endforeach()
  message(FATAL_ERROR " onnxruntime_wasm: could not download ${failures}${help}")
endfunction()

# Unpacks some files of an archive in `directory` as DESTINATION/NAME.
function(unpack_archive entry directory destination)
  read_entry("${entry}")
  require_checksum(${directory}/${file} ${checksum} ${directory}/${file} "delete the file and run this again")
  set(patterns "")
  foreach(part IN LISTS ARGN)
    list(APPEND patterns ${folder}/${part})
  endforeach()
  if(patterns)
    list(PREPEND patterns PATTERNS)
  endif()
  file(REMOVE_RECURSE ${destination}/partial)
  file(ARCHIVE_EXTRACT INPUT ${directory}/${file} DESTINATION ${destination}/partial ${patterns})
  file(REMOVE_RECURSE ${destination}/${name})
  cmake_path(SET unpacked NORMALIZE ${destination}/partial/${folder})
  string(REGEX REPLACE "/$" "" unpacked ${unpacked})
  file(RENAME ${unpacked} ${destination}/${name})
  file(REMOVE_RECURSE ${destination}/partial)
endfunction()

# Makes `headers`, a folder with links to the headers of other libraries, and sets the caller's variable
# protoc. Those of Debian are the same on every machine, but lie among those of this one, which the compiler for
# WebAssembly must not see.
function(link_headers origin directory sources mirror headers)
  file(REMOVE_RECURSE ${headers})
  file(MAKE_DIRECTORY ${headers})
  foreach(entry IN LISTS header_archives)
    read_entry("${entry}")
    if(origin STREQUAL "debian")
      set(place /usr/include/${name})
    else()
      download_archive("${entry}" ${directory} "${mirror}")
      if(NOT EXISTS ${sources}/${name})
        unpack_archive("${entry}" ${directory} ${sources})
      endif()
      set(place ${sources}/${name}/include/${name})
      if(DEFINED ${name}_place)
        set(place ${sources}/${name}/${${name}_place})
      endif()
    endif()
    if(NOT name STREQUAL "protoc")
      file(CREATE_LINK ${place} ${headers}/${name} SYMBOLIC)
    endif()
  endforeach()
  if(origin STREQUAL "debian")
    set(protoc /usr/bin/protoc)
  else()
    set(protoc ${sources}/protoc/bin/protoc)
    file(CHMOD ${protoc} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
  endif()
  return(PROPAGATE protoc)
endfunction()

# Replaces what `pattern` matches in the file.
function(change path pattern replacement)
  file(READ ${path} before)
  string(REGEX REPLACE "${pattern}" "${replacement}" after "${before}")
  if(after STREQUAL before)
    message(FATAL_ERROR " onnxruntime_wasm: ${path}: expected to find ${pattern}: the sources are others than downloads.cmake names")
  endif()
  file(WRITE ${path} "${after}")
endfunction()

# Downloads and unpacks the sources as DESTINATION/NAME, changed where they must be.
function(unpack_sources directory mirror destination)
  foreach(entry IN LISTS tarballs)
    download_archive("${entry}" ${directory} "${mirror}")
    read_entry("${entry}")
    unpack_archive("${entry}" ${directory} ${destination} ${${name}_parts})
  endforeach()

  # ONNX Runtime asks for a newer Eigen than Debian has: 3.4 cannot be told what to do with NaN
  # here. Debian's own build drops the template argument as well.
  change(${destination}/onnxruntime/onnxruntime/core/providers/cpu/math/element_wise_ops.cc
    "template (min|max)<Eigen::PropagateNaN>" "\\1")
  # The C API's table is that of api.cc.in.
  change(${destination}/onnxruntime/onnxruntime/core/session/onnxruntime_c_api.cc
    "ORT_API_CALL OrtGetApiBase\\(" "ORT_API_CALL OrtGetWholeApiBase(")
  # convolution.cc has a faster one.
  change(${destination}/onnxruntime/onnxruntime/core/mlas/lib/convolve.cpp
    "MLASCALL\nMlasConv\\(" "MlasConvOfAnyKind(")
  # reduced.cc has one that makes none.
  change(${destination}/onnxruntime/onnxruntime/core/util/thread_utils.cc
    "\nCreateThreadPool\\(" "\nCreatePoolOfThreads(")
  # Nor are there arenas where addresses have 32 bits; so the compiler knows.
  change(${destination}/onnxruntime/onnxruntime/core/framework/allocator_utils.cc
    "if \\(info.use_arena\\)" "if (info.use_arena && DoesCpuAllocatorSupportArenaUsage())")
  change(${destination}/onnxruntime/onnxruntime/core/session/inference_session.cc
    "(AllocatorPtr>& arenas_to_shrink\\) const {)"
    "\\1\n  if (true) return ORT_MAKE_STATUS(ONNXRUNTIME, NOT_IMPLEMENTED, \"there are no memory arenas\");")
  # A program in a browser has no files, no environment and no use for the time zone, each of which takes
  # JavaScript of its own. reduced.cc says so of files.
  change(${destination}/onnxruntime/onnxruntime/core/framework/external_data_loader.cc
    "#if defined\\(__wasm__\\)" "#if 0")
  change(${destination}/onnxruntime/onnxruntime/core/platform/posix/env.cc
    "char\\* val = getenv\\([^;]*;" "const char* val = nullptr;")
  change(${destination}/onnxruntime/onnxruntime/core/session/inference_session.cc
    "std::tm local_tm;" "if (true) return {};\n  std::tm local_tm;")
  # The stream may be that of text_stream.h.
  change(${destination}/onnxruntime/include/onnxruntime/core/common/logging/capture.h
    "std::ostream& Stream" "auto& Stream")
  change(${destination}/onnxruntime/include/onnxruntime/core/common/exceptions.h
    "std::copy\\([^;]*ostream_iterator[^;]*;" "for (const auto& frame : location.stacktrace) ss << frame << std::endl;")
  change(${destination}/onnxruntime/onnxruntime/core/framework/kernel_registry.cc
    "std::copy\\(([^.]+)[^;]*ostream_iterator[^;]*;" "for (const auto& text : \\1) oss << text << std::endl;")
  # std::cerr would bring along all of C++'s standard streams.
  change(${destination}/onnxruntime/onnxruntime/core/mlas/lib/mlasi.h
    "std::cerr << msg << std::endl;" "fputs(msg.c_str(), stderr);")
  change(${destination}/onnx/onnx/common/common.h
    "std::cerr << ([^;]*MakeString[^;]*);" "fputs((\\1).c_str(), stderr);")
  change(${destination}/onnx/onnx/common/common.h
    "std::cerr << ex.what\\(\\) << std::endl;" "fputs(ex.what(), stderr);")
  set(api ${destination}/onnxruntime/include/onnxruntime/core/session/onnxruntime_cxx_api.h)
  change(${api} "#include <iostream>" "#include <cstdio>")
  change(${api} "std::cerr <<[^;]*;" "std::fputs(Ort::Exception(string, code).what(), stderr);")
endfunction()
