# The libraries of the native build: Debian's packages, found once for all folders.

find_package(CLI11 REQUIRED)
find_package(Freetype REQUIRED)
find_package(fmt REQUIRED)
find_package(ONNX REQUIRED)
find_package(onnxruntime 1.21 REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(PkgConfig REQUIRED)
find_package(spdlog REQUIRED)
find_package(Torch REQUIRED)
find_package(ZLIB REQUIRED)
pkg_check_modules(exif REQUIRED IMPORTED_TARGET libexif)
pkg_check_modules(stb REQUIRED IMPORTED_TARGET stb)
