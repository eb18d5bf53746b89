#include "native/test_samples.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "native/base64.h"

namespace numeral {

std::string test_samples(const IdxDataset& test, std::span<const std::size_t> misread,
                         const std::vector<std::string>& labels, int right) {
  std::vector<std::size_t> chosen(misread.begin(), misread.end());
  std::ranges::sort(chosen);
  std::vector<int> found(labels.size());
  for (std::size_t i = 0; i < test.count(); ++i) {
    if (found[test.labels[i]] == right) continue;
    if (std::ranges::find(misread, i) != misread.end()) continue;
    ++found[test.labels[i]];
    chosen.push_back(i);
  }
  nlohmann::ordered_json json;
  json["width"] = test.width;
  json["height"] = test.height;
  json["misread"] = misread.size();
  const std::size_t size = std::size_t(test.width) * test.height;
  json["digits"] = nlohmann::ordered_json::array();
  for (const std::size_t i : chosen)
    json["digits"].push_back({{"index", i},
                              {"label", labels[test.labels[i]]},
                              {"pixels", base64(std::span(test.pixels).subspan(i * size, size))}});
  return json.dump(0) + '\n';
}

}  // namespace numeral
