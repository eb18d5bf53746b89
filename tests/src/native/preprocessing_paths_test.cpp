// Every way from an image to the network goes through the same preprocessing: training, evaluation,
// single digits, numbers, photos and the command line. Compares the network inputs.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <nlohmann/json.hpp>

#include "core/number.h"
#include "native/evaluate.h"
#include "native/files.h"
#include "native/image_file.h"
#include "native/model_files.h"
#include "support/drawing.h"
#include "support/model.h"
#include "support/photograph.h"
#include "train/augmentation/augmentation.h"

namespace numeral {
namespace {

/// The published model with that input mode.
Recognizer recognizer(InputMode input_mode) {
  auto card = load_recognizer(test::published_model()).value().card();
  card.input_mode = input_mode;
  const auto model = read_file(test::published_model(), 1 << 22);
  return Recognizer::create(card, std::as_bytes(std::span(model.value()))).value();
}

std::string pgm(const GrayImage& image) {
  return "P5\n" + std::to_string(image.width) + " " + std::to_string(image.height) + "\n255\n" +
         std::string(image.pixels.begin(), image.pixels.end());
}

NetworkInput single_input(const Result<std::optional<Reading>>& reading) {
  REQUIRE((reading && *reading));
  REQUIRE((*reading)->lines.size() == 1);
  REQUIRE((*reading)->lines[0].digits.size() == 1);
  return (*reading)->lines[0].digits[0].answer.input;
}

TEST_CASE("Every way to the network has the same input", "[preprocessing_paths]") {
  for (const InputMode input_mode : {InputMode::kInk, InputMode::kFullImage}) {
    Recognizer reader = recognizer(input_mode);
    for (int digit = 0; digit < 10; ++digit) {
      CAPTURE(name_of(input_mode), digit);
      const GrayImage image = draw(test::digit_strokes(digit), {});
      const NetworkInput expected = preprocess(image, input_mode).value();

      CHECK(reader.recognize(image).value()->input == expected);
      CHECK(single_input(read_as_one(reader, image)) == expected);
      CHECK(single_input(read_number(reader, image)) == expected);

      const auto label = static_cast<std::uint8_t>(digit);
      const IdxDataset dataset{image.width, image.height, image.pixels, {label}};
      int evaluated = 0;
      const auto each = [&](std::size_t, const std::optional<Recognition>& answer) {
        evaluated += answer && answer->input == expected;
      };
      REQUIRE(evaluate(reader, dataset, each));
      CHECK(evaluated == 1);

      Random random(1);
      const Transform transform = training_transform(Augmentation::kNone, input_mode, 0);
      CHECK(transform(image, digit, random) == expected);
    }
  }
}

TEST_CASE("A digit of a number has the same input as that digit alone", "[preprocessing_paths]") {
  Recognizer reader = recognizer(InputMode::kInk);
  test::Placement left, right;
  left.size = right.size = 90;
  left.brush = right.brush = 9;
  left.left = 20;
  right.left = 160;
  const GrayImage four = draw(test::digit_strokes(4), left),
                  two = draw(test::digit_strokes(2), right);
  GrayImage both = four;
  for (std::size_t i = 0; i < both.pixels.size(); ++i)
    both.pixels[i] = std::min(four.pixels[i], two.pixels[i]);
  const auto number = read_number(reader, both);
  REQUIRE((number && *number));
  REQUIRE((*number)->text(reader.card()) == "42");
  const std::vector<PlacedDigit>& digits = (*number)->lines[0].digits;
  CHECK(digits[0].answer.input == preprocess(four));
  CHECK(digits[1].answer.input == preprocess(two));
}

TEST_CASE("Image files and photos go through the same preprocessing", "[preprocessing_paths]") {
  Recognizer reader = recognizer(InputMode::kInk);
  const test::TemporaryFolder folder;
  test::Photograph conditions;
  conditions.ruled = 0.06f;
  conditions.noise = 6;
  const auto drawing =
      load_image_file(folder.write("drawing.pgm", pgm(draw(test::digit_strokes(7), {}))));
  const auto picture = load_picture_file(
      folder.write("photo.pgm", pgm(test::photograph(test::digit_strokes(5), conditions))));
  REQUIRE((drawing && picture));
  const GrayImage photo = clean_photo(picture->image).image;
  CHECK(single_input(read_number(reader, *drawing)) == preprocess(*drawing));
  CHECK(single_input(read_number(reader, photo)) == preprocess(photo));
  CHECK(single_input(read_picture(reader, *picture)) == preprocess(photo));

  // The command line does not print inputs, but probabilities.
  for (const auto& [file, image] : {std::pair("drawing.pgm", &*drawing), {"photo.pgm", &photo}}) {
    const auto printed = test::run_program(
        "numeral-recognize", "--json --model " + test::published_model().string() + " " + file,
        folder.path());
    const auto answer = reader.recognize(preprocess(*image).value());
    REQUIRE(answer);
    CHECK(nlohmann::json::parse(printed.output)["probabilities"] ==
          nlohmann::json(answer->probabilities));
  }
}

}  // namespace
}  // namespace numeral
