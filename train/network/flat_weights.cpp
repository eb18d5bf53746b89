#include "train/network/flat_weights.h"

namespace numeral {
namespace {

/// Each tensor begins at a multiple of so many values (64 bytes): cuDNN's kernels for float32 read
/// 16 bytes at once.
constexpr std::int64_t kAlignment = 16;

/// How many values a tensor takes in a flat one.
std::int64_t space_for(const torch::Tensor& tensor) {
  return (tensor.numel() + kAlignment - 1) / kAlignment * kAlignment;
}

std::int64_t space_for(const std::vector<torch::Tensor>& tensors) {
  std::int64_t count = 0;
  for (const torch::Tensor& tensor : tensors) count += space_for(tensor);
  return count;
}

/// Channels-last where the tensor has four dimensions. They are given explicitly, as with one
/// channel libtorch takes either layout for both.
std::vector<std::int64_t> strides_for(const torch::Tensor& tensor) {
  if (tensor.dim() != 4) return tensor.contiguous().strides().vec();
  const std::int64_t channels = tensor.size(1), height = tensor.size(2), width = tensor.size(3);
  return {height * width * channels, 1, width * channels, channels};
}

/// Moves the tensors' values into `flat`, of which they become views.
void move_into(const torch::Tensor& flat, const std::vector<torch::Tensor>& tensors) {
  std::int64_t offset = 0;
  for (const torch::Tensor& tensor : tensors) {
    const torch::Tensor view =
        flat.as_strided(tensor.sizes(), strides_for(tensor), flat.storage_offset() + offset);
    view.copy_(tensor);
    tensor.set_data(view);
    offset += space_for(tensor);
  }
}

}  // namespace

FlatWeights flatten_weights(torch::nn::Module& network) {
  const torch::NoGradGuard no_grad;
  const std::vector<torch::Tensor> parameters = network.parameters();
  std::vector<torch::Tensor> buffers;
  for (const torch::Tensor& buffer : network.buffers())
    if (buffer.is_floating_point()) buffers.push_back(buffer);
  const std::int64_t count = space_for(parameters);
  FlatWeights flat;
  flat.values = torch::zeros({count + space_for(buffers)}, parameters.front().options());
  flat.parameters = flat.values.narrow(0, 0, count);
  flat.statistics = flat.values.narrow(0, count, flat.values.numel() - count);
  move_into(flat.parameters, parameters);
  move_into(flat.statistics, buffers);
  return flat;
}

std::vector<torch::Tensor> views_like(const std::vector<torch::Tensor>& tensors,
                                      const torch::Tensor& flat) {
  std::vector<torch::Tensor> views;
  std::int64_t offset = flat.storage_offset();
  for (const torch::Tensor& tensor : tensors) {
    views.push_back(flat.as_strided(tensor.sizes(), tensor.strides(), offset));
    offset += space_for(tensor);
  }
  return views;
}

}  // namespace numeral
