#pragma once

#include <string>
#include <vector>

#include "core/image.h"
#include "train/augmentation/rasterizer.h"
#include "train/base/random.h"

namespace numeral {

/// A form in which people write a digit: an entry of digit_forms.json, which says what its fields
/// mean.
struct DigitForm {
  int digit = 0;
  std::string name;
  float share = 0;  ///< how often it is drawn, relative to the other forms of its digit
  std::string where;
  std::vector<Polyline> strokes;  ///< control points; a corner stands twice
};

/// All forms, those of one digit in a row.
const std::vector<DigitForm>& digit_forms();

/// Draws a form as the table has it, with a pen of `width` hundredths of its height: light on dark,
/// `side` x `side` pixels.
GrayImage draw_digit_form(const DigitForm& form, float width, int side);

/// Draws a form as a hand might: its control points moved, its strokes shortened or lengthened, all
/// of it squashed, slanted and turned, with a thin or thick pen. Light on dark.
GrayImage draw_digit_form(const DigitForm& form, Random& random);

/// Draws a digit, 0 to 9, in one of its forms, chosen by their shares.
GrayImage draw_digit_variant(int digit, Random& random);

}  // namespace numeral
