#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <string>

namespace numeral {

/// The bytes of a safetensors file with the weights of `network`, by their names.
std::string weights_file(const torch::nn::Module& network);

/// Gives `network` the weights in `path`: a file as `weights_file` makes it, or a checkpoint, of
/// which those of the best epoch are taken. All must have the network's names and shapes; the last
/// layer (kLastLayer) alone stays as it is where it has another shape, as for other classes.
/// Returns whether the last layer was taken as well. Throws std::runtime_error with a message of
/// one line; the network is then unchanged.
bool load_pretrained(torch::nn::Sequential& network, const std::filesystem::path& path);

}  // namespace numeral
