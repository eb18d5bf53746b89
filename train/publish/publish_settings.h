#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace numeral {

/// What the publisher needs to know beside the run itself.
struct PublishSettings {
  std::filesystem::path out = "model";  ///< the folder that the model's files are written to
  std::string name = "digits";          ///< of the model and its files
  std::string data_name;                ///< of the data, for the model card; UTF-8
  std::vector<std::string> labels;      ///< one for each class
  std::string devices;                  ///< as given on the command line, for the model card
  double weight_steps = 8;              ///< see weight_rounding.h
};

}  // namespace numeral
