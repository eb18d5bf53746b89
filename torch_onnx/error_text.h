#pragma once

#include <sstream>
#include <string>

namespace torch_onnx {

/// `message` on one line: every run of white space becomes one space.
inline std::string one_line(const std::string& message) {
  std::istringstream words(message);
  std::string line, word;
  while (words >> word) line += (line.empty() ? "" : " ") + word;
  return line;
}

}  // namespace torch_onnx
