#include "train/evaluation/formatting.h"

#include <fmt/format.h>
#include <stb/stb_image_write.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "native/base64.h"

namespace numeral {

std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  const int first = number < 0 ? 1 : 0;
  for (int at = static_cast<int>(text.size()) - 3; at > first; at -= 3) text.insert(at, ",");
  return text;
}

std::string percent(double share, int decimals) {
  return fmt::format("{:.{}f}\u00a0%", 100 * share, decimals);
}

std::string png_data_url(const GrayImage& image) {
  std::vector<unsigned char> png;
  stbi_write_png_to_func(
      [](void* target, void* data, int size) {
        const auto* bytes = static_cast<const unsigned char*>(data);
        static_cast<std::vector<unsigned char>*>(target)->assign(bytes, bytes + size);
      },
      &png, image.width, image.height, 1, image.pixels.data(), image.width);
  return "data:image/png;base64," + base64(png);
}

std::string png_data_url(const NetworkInput& input) {
  GrayImage image{kInputSize, kInputSize, {}};
  for (const float value : input)
    image.pixels.push_back(
        static_cast<std::uint8_t>(std::lround(255 * std::clamp(value, 0.0f, 1.0f))));
  return png_data_url(image);
}

}  // namespace numeral
