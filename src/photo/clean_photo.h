#pragma once

#include "core/image.h"

namespace numeral {

/// Makes of a photograph of writing a clean picture for the recogniser: dark ink on white, without
/// shadows, colour of the paper, printed lines, noise, and what reaches in from the edge.
///
/// 1. The light on the paper is found by morphological closing (what is darker than all around it
///    and narrower than an eighth of the picture is ink, not paper: Serra, "Image analysis and
///    mathematical morphology", 1982); ink is what share of that light is missing. Light writing on
///    dark (chalk) is turned around before.
/// 2. What is within the noise goes; so do the lines of ruled and squared paper.
/// 3. Of the pieces that are left those stay that are as dark as writing, large enough, and do not
///    touch the picture's edge.
///
/// A photograph of nothing becomes wholly white. Meant for about a megapixel (see PhotoDownscaler).
GrayImage clean_photo(const GrayImage& photo);

}  // namespace numeral
