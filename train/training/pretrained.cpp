#include "train/training/pretrained.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <stdexcept>

#include "native/files.h"
#include "train/base/or_throw.h"
#include "train/base/torch_error.h"
#include "train/network/network.h"
#include "train/network/weights.h"
#include "train/training/safetensors.h"

namespace numeral {
namespace {

/// The weights in a file: those of the best epoch of a checkpoint, or of its epoch under way.
Weights weights_in(const TensorFile& file) {
  for (const std::string prefix : {"best.", "weights.", ""}) {
    Weights found = tensors_with_prefix(file, prefix);
    if (!found.empty()) return found;
  }
  throw std::runtime_error("it has no weights");
}

struct Match {
  Weights weights;
  bool has_last_layer = true;
};

/// The file's weights in the order of `own`. Where the last layer has another shape, it stays.
Match matched(const Weights& own, const Weights& found) {
  Match result;
  for (std::size_t i = 0; i < own.names.size(); ++i) {
    const auto place = std::ranges::find(found.names, own.names[i]);
    if (place == found.names.end())
      throw std::runtime_error("it has no weights called " + own.names[i]);
    const torch::Tensor& tensor =
        found.tensors[static_cast<std::size_t>(place - found.names.begin())];
    const bool other_classes = own.names[i].starts_with(std::string(kLastLayer) + ".") &&
                               tensor.sizes() != own.tensors[i].sizes();
    if (other_classes) result.has_last_layer = false;
    result.weights.names.push_back(own.names[i]);
    result.weights.tensors.push_back(other_classes ? own.tensors[i] : tensor);
  }
  return result;
}

}  // namespace

std::string weights_file(const torch::nn::Module& network) {
  const Weights weights = weights_of(network);
  TensorFile file;
  add_tensors(file, "", weights.names, weights.tensors);
  return to_bytes(file);
}

bool load_pretrained(torch::nn::Sequential& network, const std::filesystem::path& path) {
  const auto bytes = or_throw(read_file(path, kMaxTensorFileSize));
  bool has_last_layer = false;
  try {
    const TensorFile file =
        parse_safetensors({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    const Match match = matched(weights_of(*network), weights_in(file));
    set_weights(*network, match.weights);
    has_last_layer = match.has_last_layer;
  } catch (const std::exception& error) {
    throw std::runtime_error(path.string() +
                             ": no weights for this network: " + without_backtrace(error.what()));
  }
  spdlog::info("starting from the weights in {}", path.string());
  return has_last_layer;
}

}  // namespace numeral
