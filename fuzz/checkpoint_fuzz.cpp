// A checkpoint, and whether a run would resume from it. The first byte says whether the rest is the
// file as it is, or is to get the right SHA-256, which no fuzzer would find.

#include "train/training/checkpoint.h"

#include <stdexcept>

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
  if (data[0] % 2 != 0 && bytes.size() >= 200) set_checksum(bytes);
  try {
    const Checkpoint checkpoint = parse_checkpoint("c", bytes);
    check_fits(checkpoint, *network, kPlan);
    const std::string written = to_bytes(checkpoint);
    fuzz::require(to_bytes(parse_checkpoint("c", written)) == written);
    torch::nn::Sequential own = make_network(kOutputs, kWidth);
    set_weights(*own, checkpoint.replica.weights);
    fuzz::require(checkpoint.replica.averaged.names == checkpoint.replica.weights.names);
  } catch (const std::runtime_error& error) {
    fuzz::require(fuzz::is_one_line(error.what()));
  }
  return 0;
}
