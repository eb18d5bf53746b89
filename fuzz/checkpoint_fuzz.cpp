// A checkpoint, and whether a run would go on from it. The first byte says whether the rest is all
// of the file, or what comes after a right length and SHA-256, which no fuzzer would hit upon.

#include "train/training/checkpoint.h"

#include "fuzz.h"
#include "train/network/network.h"

namespace {

/// Of the network in the seed "begun": small, so that little of an input is weights.
constexpr int kOutputs = 2;
constexpr double kWidth = 0.01;
constexpr numeral::RunPlan kPlan{5, 10, true};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace numeral;
  static const torch::nn::Sequential network = make_network(kOutputs, kWidth);
  if (size == 0) return 0;
  std::string bytes(fuzz::text_of({data + 1, size - 1}));
  if (data[0] % 2 != 0) bytes = seal_checkpoint(bytes);
  const auto checkpoint = parse_checkpoint("c", bytes);
  if (!checkpoint) {
    fuzz::require(fuzz::is_one_line(checkpoint.error().message));
    return 0;
  }
  const std::string written = to_bytes(*checkpoint);
  const auto again = parse_checkpoint("c", written);
  fuzz::require(again.has_value() && to_bytes(*again) == written);
  const auto fits = check_fits(*checkpoint, *network, kPlan);
  if (!fits) {
    fuzz::require(fuzz::is_one_line(fits.error().message));
    return 0;
  }
  torch::nn::Sequential own = make_network(kOutputs, kWidth);
  fuzz::require(set_weights(*own, checkpoint->replica.weights).has_value());
  fuzz::require(checkpoint->replica.averaged.names == checkpoint->replica.weights.names);
  return 0;
}
