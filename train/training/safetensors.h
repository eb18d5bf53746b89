#pragma once

#include <torch/torch.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace numeral {

/// The content of a safetensors file: tensors with their names, and texts about them.
struct TensorFile {
  struct Entry {
    std::string name;
    torch::Tensor tensor;
  };

  std::map<std::string, std::string> metadata;
  std::vector<Entry> entries;  ///< in the order of their values in the file
};

/// The bytes of a safetensors file: the length of a JSON header (8 bytes, little endian), the
/// header, and the tensors' values one after the other. Takes float32, float64, int64 and uint8;
/// throws c10::Error on other types. https://github.com/huggingface/safetensors
std::string to_bytes(const TensorFile& file);

/// Reads a safetensors file of these types. Throws std::exception on anything else; the message is
/// one line and names no file. Safe for bytes from anywhere: lengths are checked before memory is
/// allocated, and nothing in them is run.
TensorFile parse_safetensors(std::string_view bytes);

}  // namespace numeral
