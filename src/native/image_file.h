#pragma once

#include <filesystem>

#include "core/error.h"
#include "core/image.h"

namespace numeral {

/// Reads a PNG, JPEG, BMP or PGM file as luminance, upright. Fails where the file cannot be read,
/// is no such picture or a broken one, or has more than 100 megapixels.
Result<GrayImage> load_image_file(const std::filesystem::path& path);

/// Reads such a file as a photograph of what is written on paper (see clean_photo): a small, clean
/// picture of it.
Result<GrayImage> load_photo_file(const std::filesystem::path& path);

}  // namespace numeral
