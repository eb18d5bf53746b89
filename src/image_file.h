#pragma once

#include <filesystem>

#include "error.h"
#include "image.h"

namespace numeral {

/// Reads a PNG, JPEG, BMP or PGM file as luminance. Fails where the file cannot be read, is no
/// such picture or a broken one, or has more than 100 megapixels.
Result<GrayImage> load_image_file(const std::filesystem::path& path);

}  // namespace numeral
