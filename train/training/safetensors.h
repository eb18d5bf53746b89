#pragma once

#include <torch/torch.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "train/network/weights.h"

namespace numeral {

/// A file of weights or a checkpoint is at most so long: several times what the widest network
/// needs.
inline constexpr std::size_t kMaxTensorFileSize = std::size_t(1) << 30;

/// The content of a safetensors file: tensors with their names, and texts about them.
struct TensorFile {
  struct Entry {
    std::string name;
    torch::Tensor tensor;
  };

  std::map<std::string, std::string> metadata;
  std::vector<Entry> entries;  ///< in the order of their values in the file
};

/// Adds `tensors` with `prefix` before their names, which may be more than there are tensors.
void add_tensors(TensorFile& file, const std::string& prefix, const std::vector<std::string>& names,
                 const std::vector<torch::Tensor>& tensors);

/// All tensors whose names begin with `prefix`, without it.
Weights tensors_with_prefix(const TensorFile& file, std::string_view prefix);

/// The bytes of a safetensors file: the length of a JSON header (8 bytes, little endian), the
/// header, and the tensors' values one after the other. Takes float32, float64, int64 and uint8;
/// throws c10::Error on other types. https://github.com/huggingface/safetensors
std::string to_bytes(const TensorFile& file);

/// Reads a safetensors file of these types. Throws std::exception on anything else; the message is
/// one line and names no file. Safe for bytes from anywhere: lengths are checked before memory is
/// allocated, and nothing in them is run.
TensorFile parse_safetensors(std::string_view bytes);

}  // namespace numeral
