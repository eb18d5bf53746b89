#include <sys/resource.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>

#include "native/files.h"
#include "support/drawing.h"
#include "support/idx_files.h"
#include "support/model.h"
#include "support/photograph.h"
#include "support/png.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using Catch::Matchers::WithinAbs;
using test::ProgramResult;
using test::TemporaryFolder;

fs::path write_digit(const TemporaryFolder& folder, int digit) {
  const GrayImage image = draw(test::digit_strokes(digit), {});
  return folder.write(std::to_string(digit) + ".pgm",
                      "P5\n280 280\n255\n" + std::string(image.pixels.begin(), image.pixels.end()));
}

ProgramResult recognize(const std::string& arguments) {
  return test::run_program("numeral-recognize",
                           "--model " + test::published_model().string() + " " + arguments);
}

TEST_CASE("Exactly one line is printed for each image", "[numeral-recognize]") {
  const TemporaryFolder folder;
  const std::string files = write_digit(folder, 7).string() + " " + write_digit(folder, 0).string();
  const ProgramResult result = recognize(files);
  CHECK(result.status == 0);
  CHECK(result.output == "Predicted Digit: 7\nPredicted Digit: 0\n");
  CHECK(result.errors.empty());
}

TEST_CASE(
    "An answer that it does not stand by is printed as others are, and said on standard error",
    "[numeral-recognize]") {
  const TemporaryFolder folder;
  // An asterisk.
  GrayImage image{280, 280, std::vector<std::uint8_t>(280 * 280, 255)};
  for (int i = 40; i < 240; ++i)
    for (int j = -6; j <= 6; ++j)
      for (const auto& [x, y] : {std::pair{i, i + j}, std::pair{i, 280 - i + j},
                                 std::pair{i, 140 + j}, std::pair{140 + j, i}})
        image.pixels[std::size_t(y) * 280 + x] = 0;
  const std::string file =
      folder
          .write("asterisk.pgm",
                 "P5\n280 280\n255\n" + std::string(image.pixels.begin(), image.pixels.end()))
          .string();
  REQUIRE(nlohmann::json::parse(recognize("--json " + file).output)["accepted"] == false);
  CHECK(recognize("--json " + file).errors.empty());
  const ProgramResult result = recognize(file);
  CHECK(result.status == 0);
  CHECK_THAT(result.output, StartsWith("Predicted "));
  const std::string line = result.output.substr(0, result.output.find('\n'));
  CHECK(result.errors == "numeral-recognize: " + file + ": " + line + " (not sure)\n");
}

TEST_CASE("JSON has all fields of the answer", "[numeral-recognize]") {
  const TemporaryFolder folder;
  const std::string file = write_digit(folder, 4).string();
  const ProgramResult result = recognize("--json " + file);
  CHECK(result.status == 0);
  CHECK(result.errors.empty());
  const auto json = nlohmann::json::parse(result.output);
  CHECK(json["file"] == file);
  CHECK(json["digit"] == 4);
  CHECK(json["label"] == "4");
  CHECK(json["accepted"].is_boolean());
  REQUIRE(json["probabilities"].size() == 10);
  CHECK(json["confidence"] == json["probabilities"][4]);
  const auto p = json["probabilities"].get<std::vector<double>>();
  CHECK_THAT(std::accumulate(p.begin(), p.end(), 0.0), WithinAbs(1, 1e-5));
  REQUIRE(json["lines"].size() == 1);
  CHECK(json["lines"][0]["text"] == "4");
  CHECK(json["lines"][0]["numbers"] == std::vector<std::string>{"4"});
  CHECK(json["lines"][0]["digits"][0]["probabilities"] == json["probabilities"]);
}

TEST_CASE("Digits side by side are printed as a number", "[numeral-recognize]") {
  const TemporaryFolder folder;
  GrayImage image{560, 280, {}};
  const GrayImage left = draw(test::digit_strokes(4), {}), right = draw(test::digit_strokes(2), {});
  for (int y = 0; y < 280; ++y)
    for (const GrayImage* half : {&left, &right})
      for (int x = 0; x < 280; ++x) image.pixels.push_back(half->at(x, y));
  const std::string file =
      folder
          .write("42.pgm",
                 "P5\n560 280\n255\n" + std::string(image.pixels.begin(), image.pixels.end()))
          .string();
  const ProgramResult text = recognize(file);
  CHECK(text.status == 0);
  CHECK(text.output == "Predicted Number: 42\n");

  const auto json = nlohmann::json::parse(recognize("--json " + file).output);
  CHECK(json["number"] == "42");
  CHECK(json["accepted"] == true);
  REQUIRE(json["digits"].size() == 2);
  CHECK(json["digits"][0]["digit"] == 4);
  CHECK(json["digits"][1]["label"] == "2");
  CHECK(json["digits"][1]["box"]["left"] >= 280);
  CHECK(json["digits"][1]["probabilities"].size() == 10);
  const double product =
      json["digits"][0]["confidence"].get<double>() * json["digits"][1]["confidence"].get<double>();
  CHECK_THAT(json["confidence"].get<double>(), WithinAbs(product, 1e-6));
}

TEST_CASE("A minus is read with --signs", "[numeral-recognize]") {
  const TemporaryFolder folder;
  test::Placement placement;
  placement.size = 120;
  placement.brush = 12;
  placement.left = 130;
  test::Strokes strokes = test::digit_strokes(5);
  strokes.push_back({{-0.8f, 0.5f}, {-0.4f, 0.5f}});
  const std::string file =
      folder.write("minus.pgm", test::pgm_of(draw(strokes, placement))).string();
  CHECK(recognize("--signs " + file).output == "Predicted Number: -5\n");
  const auto with = nlohmann::json::parse(recognize("--json --signs " + file).output);
  CHECK(with["number"] == "-5");
  CHECK(with["accepted"] == true);
  CHECK(with["digits"].size() == 1);
  CHECK(nlohmann::json::parse(recognize("--json " + file).output)["accepted"] == false);
}

struct Drawn {
  int digit, left, top;
};

/// A file with digits, each within a square of 280 pixels; these may overlap.
std::string write_digits(const TemporaryFolder& folder, int width, int height,
                         const std::vector<Drawn>& digits) {
  std::string pixels(std::size_t(width) * height, '\xff');
  for (const auto& [digit, left, top] : digits) {
    const GrayImage drawn = draw(test::digit_strokes(digit), {});
    for (int y = 0; y < drawn.height; ++y)
      for (int x = 0; x < drawn.width; ++x)
        if (drawn.at(x, y) < 255)
          pixels[std::size_t(top + y) * width + left + x] = static_cast<char>(drawn.at(x, y));
  }
  const std::string size = std::to_string(width) + ' ' + std::to_string(height);
  return folder.write("digits.pgm", "P5\n" + size + "\n255\n" + pixels).string();
}

/// A file with 4 and 2 side by side, and 7 below the 4.
std::string write_two_rows(const TemporaryFolder& folder) {
  return write_digits(folder, 560, 560, {{4, 0, 0}, {2, 280, 0}, {7, 0, 280}});
}

TEST_CASE("Several numbers in a row are accepted with --numbers", "[numeral-recognize]") {
  const TemporaryFolder folder;
  const std::string file =
      write_digits(folder, 1200, 280, {{4, 0, 0}, {2, 180, 0}, {7, 720, 0}, {5, 900, 0}});
  CHECK(recognize(file).output == "Predicted Number: 4275\n");
  CHECK(recognize(file).errors.ends_with("Predicted Number: 4275 (not sure)\n"));
  CHECK(recognize("--numbers " + file).output == "Predicted Number: 42 75\n");
  CHECK(recognize("--numbers " + file).errors.empty());
}

TEST_CASE("A line is printed for each row", "[numeral-recognize]") {
  const TemporaryFolder folder;
  const std::string file = write_two_rows(folder);
  const ProgramResult text = recognize(file);
  CHECK(text.status == 0);
  CHECK(text.output == "Predicted Number: 42\nPredicted Digit: 7\n");

  const ProgramResult result = recognize("--json " + file);
  CHECK(std::ranges::count(result.output, '\n') == 1);
  const auto json = nlohmann::json::parse(result.output);
  CHECK(json["file"] == file);
  CHECK(json["number"] == "42\n7");
  CHECK(json["accepted"] == true);
  CHECK(json["digits"].size() == 3);
  REQUIRE(json["lines"].size() == 2);
  const auto &above = json["lines"][0], &below = json["lines"][1];
  CHECK(above["text"] == "42");
  CHECK(above["accepted"] == true);
  REQUIRE(above["digits"].size() == 2);
  CHECK(above["digits"][1] == json["digits"][1]);
  CHECK(below["text"] == "7");
  REQUIRE(below["digits"].size() == 1);
  CHECK(below["digits"][0]["label"] == "7");
  CHECK(below["digits"][0]["box"]["top"] >= 280);
  CHECK(below["confidence"] == below["digits"][0]["confidence"]);
  CHECK_THAT(
      json["confidence"].get<double>(),
      WithinAbs(above["confidence"].get<double>() * below["confidence"].get<double>(), 1e-6));
}

TEST_CASE("Alternatives are printed, and hints say what can be meant", "[numeral-recognize]") {
  const TemporaryFolder folder;
  const std::string file = write_digit(folder, 7).string();
  const ProgramResult text = recognize("--alternatives 1 --length 1-3 " + file);
  CHECK(text.status == 0);
  CHECK_THAT(text.output, Catch::Matchers::StartsWith("Predicted Digit: 7\nAlternative: 7 ("));
  const ProgramResult result = recognize("--json --alternatives 5 --among 7,42 " + file);
  CHECK(result.status == 0);
  const auto json = nlohmann::json::parse(result.output);
  REQUIRE(json["alternatives"].size() >= 1);
  CHECK(json["alternatives"][0]["text"] == "7");
  CHECK(json["alternatives"][0]["confidence"] == json["confidence"]);
  CHECK(json["accepted"] == true);
  CHECK_FALSE(nlohmann::json::parse(recognize("--json --length 2 " + file).output)["accepted"]);
  for (const std::string wrong :
       {"--alternatives 101", "--length 0", "--length 4-2", "--length x", "--among 7,x"}) {
    CAPTURE(wrong);
    const ProgramResult refused = recognize(wrong + " " + file);
    CHECK(refused.status == 1);
    CHECK_THAT(refused.errors, ContainsSubstring(wrong.substr(0, wrong.find(' '))));
  }
}

TEST_CASE("A photograph is told by its looks, and cleaned before it is read",
          "[numeral-recognize]") {
  const TemporaryFolder folder;
  test::Photograph how;
  how.ruled = 0.06f;
  how.shade = 0.5f;
  how.noise = 6;
  const GrayImage image = test::photograph(test::digit_strokes(5), how);
  const std::string file = folder.write("photo.pgm", test::pgm_of(image)).string();
  CHECK(recognize(file).output == "Predicted Digit: 5\n");
  // --photo is from a time when it had to be said.
  CHECK(recognize("--json " + file).output == recognize("--json --photo " + file).output);
}

TEST_CASE("A photograph that lies on its side is turned, and that is said", "[numeral-recognize]") {
  const TemporaryFolder folder;
  test::Photograph how;
  how.turn = 90;
  how.noise = 4;
  how.shade = 0.3f;
  const GrayImage image = test::photograph(test::digit_strokes(4), how);
  const std::string file = folder.write("turned.pgm", test::pgm_of(image)).string();
  const ProgramResult result = recognize(file);
  CHECK(result.output == "Predicted Digit: 4\n");
  CHECK(result.errors ==
        "numeral-recognize: " + file + ": was turned by 270 degrees clockwise to be read\n");
  const auto json = nlohmann::json::parse(recognize("--json " + file).output);
  CHECK(json["turned"] == 270);
  CHECK(json["accepted"] == true);
  // Boxes are on the picture as it is.
  CHECK(json["lines"][0]["digits"][0]["box"]["right"] <= 800);
}

TEST_CASE("After a bad image, the others are recognised", "[numeral-recognize]") {
  const TemporaryFolder folder;
  const fs::path bad = folder.write("bad.png", "no picture");
  const fs::path blank = folder.write("blank.pgm", "P5\n2 2\n255\n\xff\xff\xff\xff");
  const ProgramResult result =
      recognize(bad.string() + " " + blank.string() + " " + write_digit(folder, 3).string());
  CHECK(result.status == 1);
  CHECK(result.output == "Predicted Digit: 3\n");
  CHECK(std::count(result.errors.begin(), result.errors.end(), '\n') == 2);
  CHECK_THAT(result.errors, ContainsSubstring(bad.string()));
  CHECK_THAT(result.errors, ContainsSubstring(blank.string() + ": the picture is blank"));
}

/// The peak memory of the child processes so far, in megabytes.
[[maybe_unused]] long peak_memory_of_children() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  return usage.ru_maxrss / 1024;
}

TEST_CASE("Decompression bombs are refused, and the others are recognised", "[numeral-recognize]") {
  const TemporaryFolder folder;
  const std::string small = test::png_start(28, 28), packed = test::deflated("", 256 << 20);
  const fs::path bombs[] = {
      folder.write("size.png", test::png_start(30'000, 30'000) + test::png_chunk("IDAT", packed)),
      folder.write("data.png",
                   small + test::png_chunk("IDAT", packed) + test::png_chunk("IEND", "")),
      folder.write("chunk.png", small + "\x7f\xff\xff\xff" + "IDAT"),
      "/dev/zero",
      "/dev/random",
      folder.path(),
  };
  std::string files = write_digit(folder, 3).string();
  for (const fs::path& bomb : bombs) files += " " + bomb.string();
  files += " " + write_digit(folder, 5).string();
  for (const std::string option : {"", "--photo "}) {
    const ProgramResult result = recognize(option + files);
    CHECK(result.status == 1);
    CHECK(result.output == "Predicted Digit: 3\nPredicted Digit: 5\n");
    CHECK(std::count(result.errors.begin(), result.errors.end(), '\n') == 6);
    for (const fs::path& bomb : bombs)
      CHECK_THAT(result.errors, ContainsSubstring("numeral-recognize: " + bomb.string() + ": "));
  }
#if !__has_feature(address_sanitizer)
  // As much as the program needs for a digit. The sanitizers need more.
  CHECK(peak_memory_of_children() < 100);
#endif
}

TEST_CASE("Compressed text and profiles in a PNG are not decompressed", "[numeral-recognize]") {
  const TemporaryFolder folder;
  const GrayImage image = draw(test::digit_strokes(8), {});
  std::string rows;
  for (int y = 0; y < image.height; ++y)
    rows +=
        '\0' + std::string(&image.pixels[std::size_t(y) * 280], &image.pixels[0] + (y + 1) * 280);
  const std::string text = std::string("x\0\0", 3) + test::deflated("", 256 << 20);
  const fs::path path =
      folder.write("text.png", test::png_start(280, 280) + test::png_chunk("zTXt", text) +
                                   test::png_chunk("iCCP", text) + test::png_end(rows));
  CHECK(recognize(path.string()).output == "Predicted Digit: 8\n");
}

TEST_CASE("File names cannot control the terminal", "[numeral-recognize]") {
  const TemporaryFolder folder;
  const auto bytes = read_file(write_digit(folder, 7), 1 << 20).value();
  const std::string digit(bytes.begin(), bytes.end());
  for (const std::string name : {"new\nline", "\x1b[31mred",
                                 "\xc2\x9b"
                                 "31m",
                                 "\xff\xfe", "\x7f", "\xe2\x80\xaegnp"}) {
    const std::string good = " '" + folder.write(name + ".pgm", digit).string() + "'";
    const std::string bad = " '" + folder.write(name + ".png", "words").string() + "'";
    const ProgramResult result = recognize("--json" + bad + good);
    CHECK(result.status == 1);
    CHECK(nlohmann::json::parse(result.output)["digit"] == 7);
    for (const std::string& text : {result.output, result.errors}) {
      CHECK(std::ranges::count(text, '\n') == 1);
      CHECK(text.back() == '\n');
      CHECK(std::ranges::all_of(std::string_view(text).substr(0, text.size() - 1),
                                [](char c) { return c >= 0x20 && c < 0x7f; }));
    }
    CHECK_THAT(recognize("'--" + name + "'").errors, !ContainsSubstring(name));
  }
  // The JSON contains the name itself.
  const std::string name = folder.write("größe\n.pgm", digit).string();
  CHECK(nlohmann::json::parse(recognize("--json '" + name + "'").output)["file"] == name);
}

TEST_CASE("Mistakes on the command line are reported", "[numeral-recognize]") {
  CHECK(recognize("").status == 1);
  CHECK(recognize("--no-such-option").status != 0);
  const ProgramResult no_model = test::run_program("numeral-recognize", "--model /none.ort x.png");
  CHECK(no_model.status == 1);
  CHECK(no_model.output.empty());
  CHECK_THAT(no_model.errors, ContainsSubstring("/none.json"));
}

TEST_CASE("Help says what the program does", "[numeral-recognize]") {
  const ProgramResult result = test::run_program("numeral-recognize", "--help");
  CHECK(result.status == 0);
  CHECK_THAT(result.output, ContainsSubstring("--evaluate"));
  CHECK(result.errors.empty());
}

TEST_CASE("The model is found from any folder", "[numeral-recognize]") {
  const TemporaryFolder folder;
  const ProgramResult result =
      test::run_program("numeral-recognize", write_digit(folder, 6).string());
  CHECK(result.status == 0);
  CHECK(result.output == "Predicted Digit: 6\n");
}

TEST_CASE("A model in the current folder takes precedence over the published one",
          "[numeral-recognize]") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "model");
  folder.write("model/digits.ort", "no model");
  const ProgramResult result =
      test::run_program("numeral-recognize", write_digit(folder, 6).string(), folder.path());
  CHECK(result.status == 1);
  CHECK(result.output.empty());
  CHECK_THAT(result.errors, ContainsSubstring("numeral-recognize: model/digits.json: "));
}

TEST_CASE("Pictures of a test set can only be written where there is one", "[numeral-recognize]") {
  const ProgramResult result = recognize("--samples none.json");
  CHECK(result.status != 0);
  CHECK_THAT(result.errors, ContainsSubstring("--samples requires --evaluate"));
}

TEST_CASE("A broken test set is refused", "[numeral-recognize]") {
  const TemporaryFolder folder;
  folder.write("t10k-images-idx3-ubyte", test::idx_images(1, 2, 2, "\1\2\3"));
  folder.write("t10k-labels-idx1-ubyte", test::idx_labels("\1"));
  const ProgramResult result = recognize("--evaluate " + folder.path().string());
  CHECK(result.status == 1);
  CHECK(result.output.empty());
  CHECK_THAT(result.errors, ContainsSubstring("expected 20 bytes for 1 images of 2x2, found 19"));
}

TEST_CASE("The model's results on MNIST's test set are those on its card",
          "[numeral-recognize][mnist]") {
  if (test::mnist_folder().empty()) SKIP("NUMERAL_MNIST is not set");
  const TemporaryFolder folder;
  const fs::path samples = folder.path() / "samples.json";
  const ProgramResult result =
      recognize("--evaluate " + test::mnist_folder().string() + " --samples " + samples.string());
  CHECK(result.status == 0);
  CHECK(result.errors.empty());
  const auto found = nlohmann::json::parse(result.output);
  const auto bytes = read_file(test::project_folder() / "model" / "digits.json", 1 << 20);
  REQUIRE(bytes);
  const auto card = nlohmann::json::parse(bytes->begin(), bytes->end());
  CHECK(found["total"] == 10000);
  CHECK(found["correct"] == card["metrics"]["test_correct"]);
  CHECK(found["confusion"] == card["metrics"]["test_confusion"]);
  CHECK(found["accuracy"].get<double>() >= 0.995);

  const auto written = read_file(samples, 1 << 20);
  REQUIRE(written);
  const int misread = 10000 - found["correct"].get<int>();
  const auto pictures = nlohmann::json::parse(written->begin(), written->end());
  CHECK(pictures["misread"] == misread);
  CHECK(pictures["digits"].size() == std::size_t(misread) + 200);

  int diagonal = 0;
  for (int digit = 0; digit < 10; ++digit) diagonal += found["confusion"][digit][digit].get<int>();
  CHECK(found["correct"] == diagonal);
}

}  // namespace
}  // namespace numeral
