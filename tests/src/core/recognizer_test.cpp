#include "core/recognizer.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <numeric>
#include <random>

#include "native/idx.h"
#include "support/drawing.h"
#include "support/model.h"
#include "train/evaluation/skeleton_redraw.h"

namespace numeral {
namespace {

using Catch::Matchers::WithinAbs;
using test::published_bytes;
using test::published_recognizer;

/// A 280x280 canvas, dark on light, scaled down to 28x28 without normalisation.
NetworkInput scaled_down(const GrayImage& canvas) {
  NetworkInput input{};
  for (int y = 0; y < 280; ++y)
    for (int x = 0; x < 280; ++x)
      input[(y / 10) * kInputSize + x / 10] += float(255 - canvas.at(x, y)) / 25500;
  return input;
}

TEST_CASE("Digits drawn by hand are recognised", "[recognizer]") {
  Recognizer recognizer = published_recognizer();
  for (int digit = 0; digit < 10; ++digit) {
    for (const float brush : {8.0f, 14.0f, 20.0f, 28.0f}) {
      CAPTURE(digit, brush);
      test::Placement placement;
      placement.brush = brush;
      const auto answer = recognizer.recognize(draw(test::digit_strokes(digit), placement));
      REQUIRE(answer);
      REQUIRE(*answer);
      CHECK((*answer)->digit == digit);
    }
  }
}

TEST_CASE("An answer has all its fields", "[recognizer]") {
  Recognizer recognizer = published_recognizer();
  const GrayImage image = draw(test::digit_strokes(3), {});
  const auto answer = recognizer.recognize(image);
  REQUIRE(answer);
  REQUIRE(*answer);
  const std::vector<float>& p = (*answer)->probabilities;
  REQUIRE(p.size() == 10);
  CHECK_THAT(std::accumulate(p.begin(), p.end(), 0.0), WithinAbs(1, 1e-5));
  CHECK((*answer)->confidence == p[(*answer)->digit]);
  CHECK((*answer)->confidence == *std::max_element(p.begin(), p.end()));
  CHECK((*answer)->input == *preprocess(image));
}

TEST_CASE("An answer is accepted at the card's threshold", "[recognizer]") {
  const std::vector<std::uint8_t> model = published_bytes();
  const GrayImage image = draw(test::digit_strokes(3), {});
  const auto answer_at = [&](double threshold) {
    ModelCard card = published_recognizer().card();
    card.accept_threshold = threshold;
    auto recognizer = Recognizer::create(card, std::as_bytes(std::span(model)));
    REQUIRE(recognizer);
    auto answer = recognizer->recognize(image);
    REQUIRE((answer && *answer));
    return std::move(**answer);
  };
  const Recognition answer = answer_at(0.5);
  CHECK(answer.accepted);
  const double confidence = answer.confidence;
  CHECK(answer_at(confidence).accepted);
  CHECK_FALSE(answer_at(std::nextafter(confidence, 2.0)).accepted);
}

TEST_CASE("A blank image has no answer", "[recognizer]") {
  Recognizer recognizer = published_recognizer();
  const auto answer = recognizer.recognize(GrayImage{2, 2, {255, 255, 255, 255}});
  REQUIRE(answer);
  CHECK_FALSE(*answer);
}

TEST_CASE("The same image gives the same answer again", "[recognizer]") {
  Recognizer recognizer = published_recognizer();
  const GrayImage five = draw(test::digit_strokes(5), {});
  const auto first = recognizer.recognize(five);
  REQUIRE(recognizer.recognize(draw(test::digit_strokes(8), {})));
  const auto again = recognizer.recognize(five);
  REQUIRE((first && again));
  CHECK((*first)->probabilities == (*again)->probabilities);
}

TEST_CASE("Bytes that are not a model are refused", "[recognizer]") {
  const ModelCard card = published_recognizer().card();
  const std::array<std::byte, 64> zeros{};
  CHECK_FALSE(Recognizer::create(card, {}));
  CHECK_FALSE(Recognizer::create(card, zeros));
}

TEST_CASE("A truncated model is refused", "[recognizer]") {
  const ModelCard card = published_recognizer().card();
  const std::vector<std::uint8_t> bytes = published_bytes();
  CHECK_FALSE(Recognizer::create(card, std::as_bytes(std::span(bytes).first(bytes.size() / 2))));
}

TEST_CASE("A card with more labels than the model has is refused", "[recognizer]") {
  ModelCard card = published_recognizer().card();
  card.labels.push_back("ten");
  const std::vector<std::uint8_t> bytes = published_bytes();
  CHECK_FALSE(Recognizer::create(card, std::as_bytes(std::span(bytes))));
}

TEST_CASE("The answer does not depend on an MNIST digit's position, size and brush",
          "[recognizer][mnist]") {
  if (test::mnist_folder().empty()) SKIP("NUMERAL_MNIST is not set");
  const auto mnist = read_idx_dataset(test::mnist_folder(), "t10k", 10);
  REQUIRE(mnist);
  Recognizer recognizer = published_recognizer();
  std::mt19937 random(2026);
  const auto uniform = [&](float low, float high) {
    return low + (high - low) * float(random() >> 8) / float(1 << 24);
  };

  int same = 0, right = 0, right_without_normalisation = 0;
  for (std::size_t i = 0; i < mnist->count(); ++i) {
    const GrayImage digit = mnist->image(i);
    Redrawing redrawing;
    redrawing.size = uniform(0.3f, 1);
    redrawing.brush = uniform(8, 28);
    // MNIST's digits have a margin of four pixels, of which two may lie outside of the canvas.
    const float side = 280 * redrawing.size, margin = side * 2 / 28;
    redrawing.left = uniform(-margin, 280 - side + margin);
    redrawing.top = uniform(-margin, 280 - side + margin);
    const auto original = recognizer.recognize(digit);
    const GrayImage canvas = redraw_with_brush(digit, redrawing);
    const auto redrawn = recognizer.recognize(canvas);
    const auto reduced = recognizer.recognize(scaled_down(canvas));
    REQUIRE((original && *original && redrawn && *redrawn && reduced));
    same += (*original)->digit == (*redrawn)->digit;
    right += (*redrawn)->digit == mnist->labels[i];
    right_without_normalisation += reduced->digit == mnist->labels[i];
  }
  // docs/concepts.md quotes these numbers.
  WARN("of " << mnist->count() << " redrawn MNIST test digits: " << same
             << " with the same answer, " << right << " right; without normalisation "
             << right_without_normalisation << " right");
  CHECK(same >= 9900);
}

}  // namespace
}  // namespace numeral
