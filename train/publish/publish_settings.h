#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace numeral {

/// What the published model and its files are called, and how its weights are rounded.
struct PublishSettings {
  std::filesystem::path out = "model";
  std::string name = "digits";
  std::string data_name;
  std::vector<std::string> labels;
  std::string devices;
  double weight_steps = 8;
};

}  // namespace numeral
