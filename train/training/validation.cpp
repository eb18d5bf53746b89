#include "train/training/validation.h"

#include <algorithm>
#include <cmath>

#include "train/network/network.h"

namespace numeral {
namespace {

namespace F = torch::nn::functional;

constexpr std::int64_t kBatchSize = 500;

}  // namespace

Score score(torch::nn::Sequential& network, const Examples& examples, int classes,
            torch::Device device) {
  const torch::NoGradGuard no_grad;
  network->eval();
  double loss = 0, correct = 0;
  for (std::int64_t first = 0; first < examples.count(); first += kBatchSize) {
    const std::int64_t end = std::min(first + kBatchSize, examples.count());
    const torch::Tensor labels = examples.labels.slice(0, first, end).to(device);
    const torch::Tensor probabilities = class_probabilities(
        network->forward(examples.images.slice(0, first, end).to(device)), classes);
    loss += F::nll_loss(probabilities.log(), labels).item<double>() * double(end - first);
    correct += probabilities.argmax(1).eq(labels).sum().item<double>();
  }
  const auto count = double(examples.count());
  return {loss / count, correct / count};
}

bool stops_early(const std::vector<EpochResult>& epochs, int patience) {
  if (patience == 0 || epochs.empty()) return false;
  const auto highest = std::ranges::max_element(epochs, {}, &EpochResult::validation_accuracy);
  return epochs.end() - highest > patience;
}

const EpochResult& best_epoch(const std::vector<EpochResult>& epochs, std::int64_t validation) {
  double highest = 0;
  for (const EpochResult& epoch : epochs) highest = std::max(highest, epoch.validation_accuracy);
  const double standard_error = std::sqrt(highest * (1 - highest) / double(validation));
  return *std::find_if(epochs.rbegin(), epochs.rend(), [&](const EpochResult& epoch) {
    return epoch.validation_accuracy >= highest - standard_error;
  });
}

}  // namespace numeral
