#include "train/training/distillation.h"

#include "native/files.h"
#include "train/training/run_checkpoint.h"
#include "train/network/network.h"

namespace numeral {
namespace {

/// What the teachers say of a batch, as probabilities [n, outputs]: each of its own part.
torch::Tensor taught(Teachers& teachers, const torch::Tensor& images) {
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> parts;
  for (const torch::Tensor& part : images.chunk(static_cast<std::int64_t>(teachers.size())))
    parts.push_back(teachers[parts.size()]->forward(part).softmax(1));
  return torch::cat(parts);
}

}  // namespace

Result<Teachers> load_teachers(const std::vector<std::filesystem::path>& paths, int outputs) {
  Teachers teachers;
  for (const std::filesystem::path& path : paths) {
    Result<torch::nn::Sequential> teacher = load_network(path, outputs);
    if (!teacher) return fail("--teachers: " + teacher.error().message);
    (*teacher)->eval();
    teachers.push_back(std::move(*teacher));
  }
  return teachers;
}

std::string fingerprint(const Teachers& teachers) {
  std::string hashes;
  for (const torch::nn::Sequential& teacher : teachers)
    for (const torch::Tensor& parameter : teacher->parameters()) {
      const torch::Tensor values = parameter.detach().contiguous();
      hashes += sha256_hex({static_cast<const std::uint8_t*>(values.data_ptr()), values.nbytes()});
    }
  return hashes.empty()
             ? ""
             : sha256_hex({reinterpret_cast<const std::uint8_t*>(hashes.data()), hashes.size()});
}

Teachers on_device(const Teachers& teachers, torch::Device device) {
  Teachers copies;
  for (const torch::nn::Sequential& teacher : teachers) {
    torch::nn::Sequential copy(
        std::dynamic_pointer_cast<torch::nn::SequentialImpl>(teacher->clone(device)));
    copy->eval();
    to_channels_last(copy);
    copies.push_back(copy);
  }
  return copies;
}

Loss distillation(Loss from_labels, Teachers teachers, double share) {
  if (teachers.empty()) return from_labels;
  return [from_labels = std::move(from_labels), teachers = std::move(teachers), share](
             const torch::Tensor& images, const torch::Tensor& logits,
             const torch::Tensor& labels) mutable {
    const torch::Tensor from_teachers =
        -(taught(teachers, images) * logits.log_softmax(1)).sum(1).mean();
    return (1 - share) * from_labels(images, logits, labels) + share * from_teachers;
  };
}

}  // namespace numeral
