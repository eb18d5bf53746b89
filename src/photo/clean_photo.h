#pragma once

#include "core/image.h"

namespace numeral {

/// What was left of a photograph.
struct CleanPhoto {
  GrayImage image;
  bool is_complete = true;  ///< false: something like the writing was left out
};

/// Cleans a photograph of handwriting for the recogniser: dark ink on white, without shadows, paper
/// colour, ruled lines, noise, and objects that reach in from the border. The result has the
/// photograph's size.
///
/// 1. Illumination correction: a morphological closing estimates the light on the paper (what is
///    darker than its surroundings and narrower than an eighth of the image is ink: Serra, "Image
///    analysis and mathematical morphology", 1982). Ink is the fraction of that light that is
///    missing. Light writing on dark (chalk) is inverted before; a lamp's reflection does not
///    count.
/// 2. Background suppression: subtracts the paper's level, removes what is within the noise, and
///    removes the lines of ruled and squared paper (see remove_ruled_lines), and underlines,
///    frames, ovals around writing, and punched holes (see remove_marks).
/// 3. Contrast normalisation: the writing becomes black. Where nothing is writing of most of the
///    ink's darkness, what is much darker may be.
/// 4. Component filter: keeps the connected components that are dark and large enough for writing,
///    and beside these what may be a point, comma or minus. One that touches the border must look
///    like writing that the border cuts into: strokes as high as the other writing, or, where there
///    is no other, as half of the image, that touch the border in few places.
/// 5. Fainter writing: strokes as high as the rest, with a fainter pen, become as dark.
///
/// The result is not complete where ink was left out that has about the size and the darkness of
/// the writing: at the border, also as a part of something larger, as too thin, or as too faint;
/// nor where writing among lines touches the border, which may cut it. Nobody can say then whether
/// all digits are there.
///
/// Where nothing is written, the result is white. The thresholds are meant for about a megapixel
/// (see PhotoDownscaler).
CleanPhoto clean_photo(const GrayImage& photo);

}  // namespace numeral
