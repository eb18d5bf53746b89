#include "train/augmentation/font_glyphs.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "train/augmentation/rasterizer.h"

namespace numeral {
namespace {

constexpr int kSide = 28;
constexpr int kGlyphSize = 20;

/// FreeType's fixed-point numbers: positions are in 1/64 pixel, factors in 1/65536.
constexpr double kPixel = 64;
constexpr double kOne = 65536;

struct Font {
  const char* package;
  const char* file;
};

constexpr std::array kFonts{
    Font{"fonts-breip", "truetype/breip/Breip.ttf"},
    Font{"fonts-comic-neue", "opentype/comic-neue/ComicNeue-Bold.otf"},
    Font{"fonts-comic-neue", "opentype/comic-neue/ComicNeue-Italic.otf"},
    Font{"fonts-comic-neue", "opentype/comic-neue/ComicNeue-Light.otf"},
    Font{"fonts-dancingscript", "opentype/dancingscript/DancingScript-Bold.otf"},
    Font{"fonts-dancingscript", "opentype/dancingscript/DancingScript-Regular.otf"},
    Font{"fonts-dkg-handwriting", "truetype/fifthhorseman/dkg.ttf"},
    Font{"fonts-dkg-handwriting", "truetype/fifthhorseman/dkgBd.ttf"},
    Font{"fonts-dkg-handwriting", "truetype/fifthhorseman/dkgIt.ttf"},
    Font{"fonts-ecolier-court", "truetype/ecolier-court/Ecolier-court.ttf"},
    Font{"fonts-femkeklaver", "truetype/femkeklaver/femkeklaver.ttf"},
    Font{"fonts-humor-sans", "truetype/humor-sans/Humor-Sans.ttf"},
    Font{"fonts-junction", "opentype/junction/Junction-regular.otf"},
    Font{"fonts-jura", "opentype/jura/Jura-Medium.otf"},
    Font{"fonts-kristi", "truetype/kristi/Kristi.ttf"},
    Font{"fonts-rufscript", "truetype/rufscript/Rufscript010.ttf"},
    Font{"fonts-sjfonts", "truetype/sjfonts/Delphine.ttf"},
    Font{"fonts-sjfonts", "truetype/sjfonts/SteveHand.ttf"},
    Font{"fonts-tomsontalks", "truetype/tomsontalks/TomsonTalks.ttf"},
};

using Library = std::unique_ptr<FT_LibraryRec_, decltype(&FT_Done_FreeType)>;
using Face = std::unique_ptr<FT_FaceRec_, decltype(&FT_Done_Face)>;

/// Draws an outline, scaled, in the middle of a picture. Nothing for an empty one, such as a space.
std::optional<GrayImage> render(FT_Library library, FT_Outline& outline) {
  FT_BBox box;
  FT_Outline_Get_CBox(&outline, &box);
  const FT_Pos longest = std::max(box.xMax - box.xMin, box.yMax - box.yMin);
  if (longest <= 0) return std::nullopt;
  const double scale = kGlyphSize * kPixel / double(longest);
  const auto factor = static_cast<FT_Fixed>(scale * kOne);
  const FT_Matrix matrix{factor, 0, 0, factor};
  FT_Outline_Transform(&outline, &matrix);
  const auto margin = [&](FT_Pos low, FT_Pos high) {
    return static_cast<FT_Pos>(kSide * kPixel / 2 - double(low + high) / 2 * scale);
  };
  FT_Outline_Translate(&outline, margin(box.xMin, box.xMax), margin(box.yMin, box.yMax));

  GrayImage image = black_image(kSide, kSide);
  FT_Bitmap bitmap{};
  bitmap.rows = bitmap.width = kSide;
  bitmap.pitch = kSide;
  bitmap.buffer = image.pixels.data();
  bitmap.num_grays = 256;
  bitmap.pixel_mode = FT_PIXEL_MODE_GRAY;
  if (FT_Outline_Get_Bitmap(library, &outline, &bitmap) != 0) return std::nullopt;
  return image;
}

}  // namespace

Result<Glyphs> load_glyphs(const std::string& characters, const std::filesystem::path& folder) {
  FT_Library made = nullptr;
  if (FT_Init_FreeType(&made) != 0) return fail("FreeType cannot be started");
  const Library library(made, FT_Done_FreeType);

  Glyphs glyphs;
  for (const Font& font : kFonts) {
    const std::filesystem::path path = folder / font.file;
    FT_Face opened = nullptr;
    if (FT_New_Face(library.get(), path.c_str(), 0, &opened) != 0)
      return fail(path.string() + ": the font cannot be read; install the package " + font.package);
    const Face face(opened, FT_Done_Face);
    for (const char character : characters) {
      const FT_UInt index = FT_Get_Char_Index(face.get(), static_cast<FT_ULong>(character));
      if (index == 0 || FT_Load_Glyph(face.get(), index, FT_LOAD_NO_SCALE) != 0) continue;
      if (face->glyph->format != FT_GLYPH_FORMAT_OUTLINE) continue;
      if (auto image = render(library.get(), face->glyph->outline))
        glyphs[character].push_back(std::move(*image));
    }
  }
  return glyphs;
}

}  // namespace numeral
