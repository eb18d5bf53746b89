#include "train/evaluation/formatting.h"

#include <openssl/evp.h>
#include <stb/stb_image.h>

#include <catch2/catch_test_macros.hpp>
#include <vector>

namespace numeral {
namespace {

TEST_CASE("Numbers are written for people") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(1234567) == "1,234,567");
  CHECK(grouped(-1234) == "-1,234");
  CHECK(grouped(-123) == "-123");
  CHECK(percent(0.9971) == "99.71\u00a0%");
  CHECK(percent(1, 0) == "100\u00a0%");
}

TEST_CASE("A data URL holds a network input as a PNG file") {
  NetworkInput input{};
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = float(i % 256) / 255;
  const std::string url = png_data_url(input);
  const std::string start = "data:image/png;base64,";
  REQUIRE(url.starts_with(start));
  const std::string text = url.substr(start.size());
  std::vector<unsigned char> png(text.size());
  const int size = EVP_DecodeBlock(png.data(), reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  REQUIRE(size > 0);

  int width = 0, height = 0, channels = 0;
  unsigned char* pixels = stbi_load_from_memory(png.data(), size, &width, &height, &channels, 0);
  REQUIRE(pixels);
  CHECK(width == 28);
  CHECK(height == 28);
  CHECK(channels == 1);
  bool same = true;
  for (std::size_t i = 0; i < input.size(); ++i) same = same && pixels[i] == i % 256;
  CHECK(same);
  stbi_image_free(pixels);
}

}  // namespace
}  // namespace numeral
