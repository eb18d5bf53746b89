#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/image.h"

namespace numeral {

/// Characters drawn by fonts that imitate handwriting. A character has one picture for each font
/// and style: 28x28, light on dark, its longer side 20 pixels, as in MNIST.
using Glyphs = std::map<char, std::vector<GrayImage>>;

/// Draws `characters` with fonts that Debian installs under `folder`. Fonts are skipped for
/// characters that they lack. Fails where a font is missing; the message names its package.
Result<Glyphs> load_glyphs(const std::string& characters,
                           const std::filesystem::path& folder = "/usr/share/fonts");

}  // namespace numeral
