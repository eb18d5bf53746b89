#pragma once

#include <torch/torch.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace numeral {

/// Tensors under their names, with a text about them.
struct TensorFile {
  struct Entry {
    std::string name;
    torch::Tensor tensor;
  };

  std::string description;
  std::vector<Entry> entries;
};

/// The file's bytes in the safetensors layout: the length of a JSON header (8 bytes, the lowest
/// first), the header, and the tensors' values one after the other. The description is the header's
/// metadata. https://github.com/huggingface/safetensors
std::string to_bytes(const TensorFile& file);

/// Reads such bytes. They are data and nothing else: no byte of them is run or looked up anywhere,
/// and nothing is allocated that they do not fill. Takes what `to_bytes` writes, with the tensors
/// in the order of the header: of float32, float64, int64 and uint8, none empty, no name twice.
/// Fails on all else; the message names no file.
Result<TensorFile> parse_tensor_file(std::string_view bytes);

}  // namespace numeral
