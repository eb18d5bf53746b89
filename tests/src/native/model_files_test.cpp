#include "native/model_files.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "native/files.h"
#include "support/model.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;

/// A copy of the published model, for tests to break.
struct CopiedModel {
  test::TemporaryFolder folder;
  fs::path ort = folder.path() / "digits.ort";
  fs::path onnx = folder.path() / "digits.onnx";
  fs::path card = folder.path() / "digits.json";

  CopiedModel() {
    for (const fs::path& file : {ort, onnx, card})
      fs::copy_file(test::project_folder() / "model" / file.filename(), file);
  }

  /// Writes `bytes` as the model, and their SHA-256 to the card.
  void replace_model(const std::vector<std::uint8_t>& bytes) const {
    const auto json = read_file(card, 1 << 20);
    REQUIRE(json);
    auto read = parse_model_card({reinterpret_cast<const char*>(json->data()), json->size()});
    REQUIRE(read);
    read->card.ort_sha256 = sha256_hex(bytes);
    folder.write("digits.json", to_json(*read));
    folder.write("digits.ort", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }

  /// The error of loading `model`; empty on success.
  static std::string error_of(const fs::path& model) {
    const auto recognizer = load_recognizer(model);
    return recognizer ? "" : recognizer.error().message;
  }
};

TEST_CASE("Both published files load", "[model_files]") {
  const CopiedModel model;
  CHECK(CopiedModel::error_of(model.ort).empty());
  CHECK(CopiedModel::error_of(model.onnx).empty());
}

TEST_CASE("A missing model or card is named", "[model_files]") {
  const CopiedModel model;
  fs::remove(model.ort);
  CHECK_THAT(CopiedModel::error_of(model.ort), ContainsSubstring(model.ort.string()));
  fs::remove(model.card);
  CHECK_THAT(CopiedModel::error_of(model.onnx), ContainsSubstring(model.card.string()));
}

TEST_CASE("A model with another SHA-256 than its card's is refused", "[model_files]") {
  const CopiedModel model;
  fs::resize_file(model.ort, fs::file_size(model.ort) - 1);
  CHECK_THAT(CopiedModel::error_of(model.ort), ContainsSubstring("expected SHA-256"));
}

TEST_CASE("A broken model with the right SHA-256 is refused in one line", "[model_files]") {
  const CopiedModel model;
  auto bytes = read_file(model.ort, 1 << 30);
  REQUIRE(bytes);
  // The layout of the values' tables, without its fields: see ort_model_test.cpp.
  const std::vector<std::uint8_t> layout{10, 0, 14, 0, 8, 0, 0, 0, 4, 0, 10, 0, 0, 0};
  const auto place = std::search(bytes->begin(), bytes->end(), layout.begin(), layout.end());
  REQUIRE(place != bytes->end());
  *place = 2;
  model.replace_model(*bytes);
  CHECK(CopiedModel::error_of(model.ort) ==
        model.ort.string() +
            ": the model is broken: name of a value: there is none, or a broken one; get it anew "
            "from where it comes from");
}

TEST_CASE("A model in ONNX format that divides by zero is refused in one line", "[model_files]") {
  const CopiedModel model;
  auto bytes = read_file(model.onnx, 1 << 30);
  auto json = read_file(model.card, 1 << 20);
  REQUIRE((bytes && json));
  // The attribute's name and value. With 0, ONNX Runtime crashed with SIGFPE.
  const std::string group("\x0a\x05group\x18\x01", 9);
  const auto place = std::search(bytes->begin(), bytes->end(), group.begin(), group.end());
  REQUIRE(place != bytes->end());
  place[8] = 0;
  auto card = parse_model_card({reinterpret_cast<const char*>(json->data()), json->size()});
  REQUIRE(card);
  card->card.onnx_sha256 = sha256_hex(*bytes);
  model.folder.write("digits.json", to_json(*card));
  model.folder.write("digits.onnx", {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  CHECK_THAT(CopiedModel::error_of(model.onnx),
             ContainsSubstring("the model is broken: node") && ContainsSubstring("\"group\" is 0"));
}

TEST_CASE("Damaged models with the right SHA-256 do not crash the process", "[model_files]") {
  const CopiedModel model;
  const auto published = read_file(model.ort, 1 << 30);
  REQUIRE(published);
  int loaded = 0, refused = 0;
  // Every 97th byte around the weights, and of the first weights.
  for (std::size_t place = 8; place < 12'000; place += 97) {
    for (const int value : {0, 2, 255}) {
      std::vector<std::uint8_t> bytes = *published;
      bytes[place] = std::uint8_t(value);
      model.replace_model(bytes);
      const std::string error = CopiedModel::error_of(model.ort);
      ++(error.empty() ? loaded : refused);
      if (!error.empty()) CHECK_THAT(error, ContainsSubstring(model.ort.string() + ": "));
    }
  }
  CHECK(loaded > 10);
  CHECK(refused > 100);
}

TEST_CASE("A broken card is named", "[model_files]") {
  const CopiedModel model;
  model.folder.write("digits.json", "{\"name\": ");
  CHECK_THAT(CopiedModel::error_of(model.ort), ContainsSubstring(model.card.string()));
}

TEST_CASE("A card has at most 16 MiB", "[model_files]") {
  const CopiedModel model;
  const auto published = read_file(model.card, 1 << 20);
  REQUIRE(published);
  std::string card(published->begin(), published->end());
  card.resize(std::size_t(16) << 20, ' ');
  model.folder.write("digits.json", card);
  CHECK(CopiedModel::error_of(model.ort).empty());
  model.folder.write("digits.json", card + " ");
  CHECK_THAT(CopiedModel::error_of(model.ort), ContainsSubstring(model.card.string()));
}

}  // namespace
}  // namespace numeral
