# The libraries of the native build, found once for all folders.

option(NUMERAL_PUBLISH
  "Build what needs ONNX: publishing, numeral-recognize and their tests. Without it, numeral-train trains, and \
leaves a checkpoint from which it publishes elsewhere" ON)

# Header-only and small libraries: the system's, or else fetched.
include(FetchContent)
set(SPDLOG_FMT_EXTERNAL ON)
FetchContent_Declare(CLI11 GIT_REPOSITORY https://github.com/CLIUtils/CLI11
  GIT_TAG 6c7b07a878ad834957b98d0f9ce1dbe0cb204fc9 FIND_PACKAGE_ARGS)  # 2.4.2
FetchContent_Declare(fmt GIT_REPOSITORY https://github.com/fmtlib/fmt
  GIT_TAG f5e54359df4c26b6230fc61d38aa294581393084 FIND_PACKAGE_ARGS)  # 10.1.1
FetchContent_Declare(nlohmann_json GIT_REPOSITORY https://github.com/nlohmann/json
  GIT_TAG 9cca280a4d0ccf0c08f47a99aa71d1b0e52f8d03 FIND_PACKAGE_ARGS)  # 3.11.3
FetchContent_Declare(spdlog GIT_REPOSITORY https://github.com/gabime/spdlog
  GIT_TAG 8e5613379f5140fefb0b60412fbf1f5406e7c7f8 FIND_PACKAGE_ARGS)  # 1.15.0
FetchContent_Declare(tl-expected GIT_REPOSITORY https://github.com/TartanLlama/expected
  GIT_TAG 292eff8bd8ee230a7df1d6a1c00c4ea0eb2f0362 FIND_PACKAGE_ARGS)  # 1.1.0
FetchContent_MakeAvailable(CLI11 fmt nlohmann_json spdlog tl-expected)

find_package(Freetype REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(ZLIB REQUIRED)
include(Libtorch)

if(NUMERAL_PUBLISH)
  find_package(ONNX REQUIRED)
  find_package(onnxruntime 1.21 REQUIRED)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(exif REQUIRED IMPORTED_TARGET libexif)
  pkg_check_modules(stb REQUIRED IMPORTED_TARGET stb)
endif()
