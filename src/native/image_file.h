#pragma once

#include <filesystem>

#include "core/error.h"
#include "core/image.h"
#include "photo/read_picture.h"

namespace numeral {

/// Reads a PNG, JPEG, BMP or PGM file as greyscale, turned upright by its Exif orientation. Fails
/// where the file cannot be read, has another format, is broken, or has more than 100 megapixels;
/// the message names the path.
Result<GrayImage> load_image_file(const std::filesystem::path& path);

/// Reads such a file for read_picture, scaled down to at most 1,200 pixels (see PhotoDownscaler).
Result<Picture> load_picture_file(const std::filesystem::path& path);

}  // namespace numeral
