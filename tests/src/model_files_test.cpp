#include "model_files.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "files.h"
#include "support/model.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;

/// A copy of the published model, to be broken.
struct CopiedModel {
  test::TemporaryFolder folder;
  fs::path ort = folder.path() / "digits.ort";
  fs::path onnx = folder.path() / "digits.onnx";
  fs::path card = folder.path() / "digits.json";

  CopiedModel() {
    for (const fs::path& file : {ort, onnx, card})
      fs::copy_file(test::project_folder() / "model" / file.filename(), file);
  }

  /// What loading `model` says; empty if all is well.
  static std::string error_of(const fs::path& model) {
    const auto recognizer = load_recognizer(model);
    return recognizer ? "" : recognizer.error().message;
  }
};

TEST_CASE("Both published files load") {
  const CopiedModel model;
  CHECK(CopiedModel::error_of(model.ort).empty());
  CHECK(CopiedModel::error_of(model.onnx).empty());
}

TEST_CASE("A missing model or card is named") {
  const CopiedModel model;
  fs::remove(model.ort);
  CHECK_THAT(CopiedModel::error_of(model.ort), ContainsSubstring(model.ort.string()));
  fs::remove(model.card);
  CHECK_THAT(CopiedModel::error_of(model.onnx), ContainsSubstring(model.card.string()));
}

TEST_CASE("A model that is not its card's is told") {
  const CopiedModel model;
  fs::resize_file(model.ort, fs::file_size(model.ort) - 1);
  CHECK_THAT(CopiedModel::error_of(model.ort), ContainsSubstring("expected SHA-256"));
}

TEST_CASE("A broken card is named") {
  const CopiedModel model;
  model.folder.write("digits.json", "{\"name\": ");
  CHECK_THAT(CopiedModel::error_of(model.ort), ContainsSubstring(model.card.string()));
}

TEST_CASE("A card has 16 MiB at most") {
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
