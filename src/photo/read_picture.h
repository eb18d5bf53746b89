#pragma once

#include <optional>

#include "core/number.h"
#include "photo/clean_photo.h"

namespace numeral {

/// A picture of writing: a drawing, a screenshot, or a photograph of paper. Which of them it is,
/// read_picture decides.
struct Picture {
  GrayImage image;  ///< scaled down (see PhotoDownscaler)
  int width = 0;    ///< of the picture as it came
  int height = 0;
  std::optional<CleanPhoto> clean;  ///< of `image`; nothing: read_picture cleans it where needed
};

/// Whether an image is a photograph, or a scan, rather than a drawing or a screenshot: paper has
/// shading and texture, while the background of a drawing has one level. A small image, as MNIST's
/// are, is none: it has too few pixels to tell.
bool is_photo(const GrayImage& image);

/// Reads the numbers on a picture; nothing where it is blank. The one way in for pictures that
/// people hand over: files, photographs, and canvases. Boxes are in the pixels of the picture as it
/// came. Fails only where ONNX Runtime does.
///
/// A photograph is cleaned before it is read (see clean_photo), a drawing is read as it is. Where
/// the answer is not accepted, the other way is tried: that answer is taken if it is accepted.
///
/// A photograph that is not accepted may lie on its side, or be upside down. It is read in the
/// other three turns as well. An accepted answer of which all digits are near certain is taken if
/// no other turn has another one, and Reading::turned says so.
///
/// What the model takes as one, as pictures that fill their frame, is read as it is.
Result<std::optional<Reading>> read_picture(Recognizer& recognizer, const Picture& picture,
                                            const ReadOptions& options = {});

}  // namespace numeral
