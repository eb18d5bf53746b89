#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/image.h"

namespace numeral {

/// Characters as fonts made from handwriting draw them: for each character one picture a font and
/// style, 28x28, light on dark, 20 pixels on the longer side, as MNIST's.
using Glyphs = std::map<char, std::vector<GrayImage>>;

/// Draws `characters` from the fonts that Debian installs under `folder`. Characters that a font
/// does not have are left out. Fails where a font is missing; the message names its package.
Result<Glyphs> load_glyphs(const std::string& characters,
                           const std::filesystem::path& folder = "/usr/share/fonts");

}  // namespace numeral
