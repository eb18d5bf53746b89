#include "native/evaluate.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "support/drawing.h"
#include "support/model.h"

namespace numeral {
namespace {

/// Drawings of all ten digits, and a blank image with the label 4.
IdxDataset drawn_digits() {
  IdxDataset dataset{280, 280, {}, {}};
  for (int digit = 0; digit < 10; ++digit) {
    const GrayImage image = draw(test::digit_strokes(digit), {});
    dataset.pixels.insert(dataset.pixels.end(), image.pixels.begin(), image.pixels.end());
    dataset.labels.push_back(static_cast<std::uint8_t>(digit));
  }
  dataset.pixels.insert(dataset.pixels.end(), std::size_t(280) * 280, 255);
  dataset.labels.push_back(4);
  return dataset;
}

TEST_CASE("An evaluation counts right and wrong answers", "[evaluate]") {
  Recognizer recognizer = test::published_recognizer();
  IdxDataset dataset = drawn_digits();
  dataset.labels[3] = 5;  // a 3 with the label 5
  const auto evaluation = evaluate(recognizer, dataset);
  REQUIRE(evaluation);
  CHECK(evaluation->total == 11);
  CHECK(evaluation->correct == 9);
  CHECK(std::abs(evaluation->accuracy() - 9.0 / 11) < 1e-12);
  CHECK(evaluation->confusion[5][3] == 1);
  CHECK(evaluation->confusion[5][5] == 1);
  CHECK(evaluation->confusion[3][3] == 0);
  CHECK(evaluation->confusion[4][4] == 1);
}

TEST_CASE("An evaluation reports the answer of each image", "[evaluate]") {
  Recognizer recognizer = test::published_recognizer();
  std::vector<std::size_t> indices;
  std::vector<int> digits;  // -1 where the picture is blank
  const auto each = [&](std::size_t index, const std::optional<Recognition>& answer) {
    indices.push_back(index);
    digits.push_back(answer ? answer->digit : -1);
  };
  REQUIRE(evaluate(recognizer, drawn_digits(), each));
  CHECK(indices == std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  CHECK(digits == std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, -1});
}

}  // namespace
}  // namespace numeral
