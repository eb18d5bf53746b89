# What the library is built from: the upstream sources of Debian 13's source packages.

set(onnxruntime_version 1.21.0)

# Source package | file | its SHA-256 | the folder in it
set(tarballs
  "onnxruntime|onnxruntime_1.21.0+dfsg.orig.tar.xz|32df1f82bd6b07b18372c0f387133214905cbde7a586b3ad83f0ed0075f80273|onnxruntime-1.21.0"
  "onnx|onnx_1.17.0.orig.tar.gz|8d5e983c36037003615e5a02d36b18fc286541bf52de1a78f6cf9f32005a820e|onnx-1.17.0"
  "protobuf|protobuf_3.21.12.orig.tar.gz|930c2c3b5ecc6c9c12615cf5ad93f1cd6e12d0aba862b572e076259970ac3a53|protobuf-3.21.12")

# What of each is unpacked.
set(onnxruntime_parts
  include/onnxruntime/* onnxruntime/core/* onnxruntime/contrib_ops/cpu/* onnxruntime/lora/*)
set(onnx_parts onnx/*.h onnx/*.proto onnx/defs/*)
set(protobuf_parts src/google/protobuf/*)

# Splits an entry of `tarballs` into the caller's variables package, file, sha256 and folder.
function(read_tarball entry)
  string(REPLACE "|" ";" fields "${entry}")
  list(GET fields 0 package)
  list(GET fields 1 file)
  list(GET fields 2 sha256)
  list(GET fields 3 folder)
  return(PROPAGATE package file sha256 folder)
endfunction()

# Downloads the tarballs that `directory` has not got, from the Debian mirror that NUMERAL_MIRROR
# names. Only whole ones, with the right checksum, ever get their names there.
function(download_tarballs directory)
  set(mirror "$ENV{NUMERAL_MIRROR}")
  foreach(entry IN LISTS tarballs)
    read_tarball("${entry}")
    if(EXISTS ${directory}/${file})
      continue()
    endif()
    if(NOT mirror)
      message(FATAL_ERROR " numeral: NUMERAL_MIRROR names no Debian mirror, from which ${file} comes: build with scripts/run.sh, or set it to the mirror's address")
    endif()
    string(SUBSTRING ${package} 0 1 letter)
    string(REPLACE "+" "%2b" url "${mirror}/pool/main/${letter}/${package}/${file}")
    set(help "put the file into ${directory} by hand, check the network, or name another mirror with NUMERAL_MIRROR=URL, and run this again")
    message(STATUS "Downloading ${url}")
    set(partial ${directory}/${file}.partial)
    file(DOWNLOAD ${url} ${partial} STATUS status TIMEOUT 600 INACTIVITY_TIMEOUT 20)
    list(GET status 0 code)
    if(NOT code EQUAL 0)
      list(GET status 1 reason)
      message(FATAL_ERROR " numeral: could not download ${url}: ${reason}: ${help}")
    endif()
    file(SHA256 ${partial} found)
    if(NOT found STREQUAL sha256)
      file(REMOVE ${partial})
      message(FATAL_ERROR " numeral: ${url}: expected SHA-256 ${sha256}, found ${found}: ${help}")
    endif()
    file(RENAME ${partial} ${directory}/${file})
  endforeach()
endfunction()

# Replaces what `pattern` matches in the file.
function(change path pattern replacement)
  file(READ ${path} before)
  string(REGEX REPLACE "${pattern}" "${replacement}" after "${before}")
  if(after STREQUAL before)
    message(FATAL_ERROR " numeral: ${path}: expected to find ${pattern}: the sources are others than tarballs.cmake names")
  endif()
  file(WRITE ${path} "${after}")
endfunction()

# Unpacks the needed parts of the tarballs in `directory` as DESTINATION/PACKAGE.
function(unpack_tarballs directory destination)
  foreach(entry IN LISTS tarballs)
    read_tarball("${entry}")
    file(SHA256 ${directory}/${file} found)
    if(NOT found STREQUAL sha256)
      message(FATAL_ERROR " numeral: ${directory}/${file}: expected SHA-256 ${sha256}, found ${found}: delete the file and run this again")
    endif()
    set(parts ${${package}_parts})
    list(TRANSFORM parts PREPEND ${folder}/)
    file(REMOVE_RECURSE ${destination}/partial)
    file(ARCHIVE_EXTRACT INPUT ${directory}/${file} DESTINATION ${destination}/partial PATTERNS ${parts})
    file(REMOVE_RECURSE ${destination}/${package})
    file(RENAME ${destination}/partial/${folder} ${destination}/${package})
  endforeach()
  file(REMOVE_RECURSE ${destination}/partial)

  # ONNX Runtime asks for a newer Eigen than Debian has: 3.4 cannot be told what to do with NaN
  # here. Debian's own build drops the template argument as well.
  change(${destination}/onnxruntime/onnxruntime/core/providers/cpu/math/element_wise_ops.cc
    "template (min|max)<Eigen::PropagateNaN>" "\\1")
  # The C API's functions are those of reduced.cc.
  change(${destination}/onnxruntime/onnxruntime/core/session/onnxruntime_c_api.cc
    "ORT_API_CALL OrtGetApiBase\\(" "ORT_API_CALL OrtGetWholeApiBase(")
  # convolution.cc has a faster one.
  change(${destination}/onnxruntime/onnxruntime/core/mlas/lib/convolve.cpp
    "MLASCALL\nMlasConv\\(" "MlasConvOfAnyKind(")
  # std::cerr would bring along all of C++'s standard streams.
  change(${destination}/onnxruntime/onnxruntime/core/mlas/lib/mlasi.h
    "std::cerr << msg << std::endl;" "fputs(msg.c_str(), stderr);")
  change(${destination}/onnx/onnx/common/common.h
    "std::cerr << ([^;]*MakeString[^;]*);" "fputs((\\1).c_str(), stderr);")
  change(${destination}/onnx/onnx/common/common.h
    "std::cerr << ex.what\\(\\) << std::endl;" "fputs(ex.what(), stderr);")
endfunction()
