#include "native/test_samples.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "native/base64.h"

namespace numeral {
namespace {

TEST_CASE("Base64 is padded as RFC 4648 has it", "[samples]") {
  const auto encoded = [](const std::string& text) {
    return base64({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  CHECK(encoded("").empty());
  CHECK(encoded("f") == "Zg==");
  CHECK(encoded("fo") == "Zm8=");
  CHECK(encoded("foobar") == "Zm9vYmFy");
}

TEST_CASE("Samples are all misread pictures, and some of each class that were read right",
          "[samples]") {
  // Eight pictures of three pixels; the pixels tell which.
  IdxDataset test{3, 1, {}, {0, 1, 0, 1, 0, 0, 1, 0}};
  for (std::uint8_t i = 0; i < 8; ++i) test.pixels.insert(test.pixels.end(), {i, i, i});
  const std::vector<std::size_t> misread{6, 2};
  const auto json = nlohmann::json::parse(test_samples(test, misread, {"zero", "one"}, 2));
  CHECK(json["width"] == 3);
  CHECK(json["height"] == 1);
  CHECK(json["misread"] == 2);
  std::vector<std::size_t> indices;
  for (const auto& digit : json["digits"]) {
    const std::size_t index = digit["index"];
    indices.push_back(index);
    CHECK(digit["label"] == (test.labels[index] == 0 ? "zero" : "one"));
    CHECK(digit["pixels"] == base64(std::vector<std::uint8_t>(3, std::uint8_t(index))));
  }
  CHECK(indices == std::vector<std::size_t>{2, 6, 0, 1, 3, 4});
}

}  // namespace
}  // namespace numeral
