#include "train/publish/calibration_set.h"

#include "train/augmentation/digit_variants.h"

namespace numeral {
namespace {

constexpr int kDigits = 10;

Examples drawn_digits(std::int64_t count) {
  Examples examples = make_examples(count);
  for (std::int64_t i = 0; i < count; ++i) {
    const int digit = static_cast<int>(i % kDigits);
    Random random(kCalibrationSeed, 0, static_cast<std::uint64_t>(i));
    const auto input = preprocess(draw_digit_variant(digit, random));
    set_example(examples, i, {input.value_or(NetworkInput{}), digit});
  }
  return examples;
}

}  // namespace

Examples calibration_set(const FinishedRun& run) {
  if (run.settings.augmentation != Augmentation::kDigits) return run.validation;
  const Examples drawn = drawn_digits(run.validation.count());
  return {torch::cat({run.validation.images, drawn.images}),
          torch::cat({run.validation.labels, drawn.labels})};
}

}  // namespace numeral
