#include "distillation.h"

#include "../src/files.h"
#include "checkpoint.h"
#include "network.h"

namespace numeral {
namespace {

/// The mean of the teachers' probabilities, [n, outputs].
torch::Tensor taught(Teachers& teachers, const torch::Tensor& images) {
  const torch::NoGradGuard no_grad;
  torch::Tensor sum;
  for (torch::nn::Sequential& teacher : teachers) {
    const torch::Tensor probabilities = teacher->forward(images).softmax(1);
    sum = sum.defined() ? sum + probabilities : probabilities;
  }
  return sum / double(teachers.size());
}

}  // namespace

Result<Teachers> load_teachers(const std::vector<std::filesystem::path>& paths, int outputs) {
  Teachers teachers;
  for (const std::filesystem::path& path : paths) {
    torch::nn::Sequential teacher = make_network(outputs);
    if (auto loaded = load_weights(path, *teacher); !loaded)
      return fail("--teachers: " + loaded.error().message);
    teacher->eval();
    teachers.push_back(teacher);
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
