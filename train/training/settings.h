#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "train/augmentation/augmentation.h"

namespace numeral {

/// The machines of a run. Worker k of node n has the rank n * devices + k.
struct Cluster {
  int nodes = 1;
  int node_rank = 0;
  std::string host;                  ///< of node 0, where the others find it
  std::uint16_t port = 0;            ///< likewise
  std::chrono::seconds timeout{60};  ///< after which a node that does not answer is given up
};

/// Where and how often a run is saved, and what it goes on from.
struct CheckpointSettings {
  std::filesystem::path folder;  ///< none: the run is not saved
  double minutes = 5;            ///< between two within an epoch
  std::filesystem::path resume;  ///< a checkpoint, or a folder of them; none: start anew
};

/// How a network is trained. Those of the first group decide what comes out.
struct TrainSettings {
  int epochs = 25;
  std::int64_t batch_size = 64;
  double learning_rate = 3e-3;  ///< the highest; it rises to it and falls to 0 again
  double weight_decay = 0.02;
  double label_smoothing = 0.05;
  double robustness = 0.5;       ///< against wrong labels, 0 to 1; see loss.h
  double ema_decay = 0.999;  ///< of the weights' moving average; 0: none
  int classes = 10;
  double width = 1;  ///< channels of the network's convolutions, relative to the published one's
  double negatives = 0;  ///< pictures of no class, for each picture of the data set
  std::vector<std::filesystem::path> teachers;  ///< checkpoints of networks to learn from
  double teaching = 0.7;                        ///< the weight of what they say in the loss
  std::uint64_t seed = 1;
  InputMode input_mode = InputMode::kInk;
  Augmentation augmentation = Augmentation::kDigits;

  std::vector<torch::Device> devices = {torch::kCPU};  ///< one worker each, on this machine
  int threads = 1;         ///< for the workers on this machine's processors together
  int loader_threads = 1;  ///< of each worker, for its part of the batches
  Cluster cluster;
  CheckpointSettings checkpoints;
  std::function<bool()> stop_requested;  ///< asked after every step, if set

  /// Of the network: one a class, and one for what is of none of them.
  int outputs() const { return negatives > 0 ? classes + 1 : classes; }

  int workers() const { return cluster.nodes * static_cast<int>(devices.size()); }
};

/// The setting that says which network a checkpoint is of, and what it may be.
inline constexpr const char* kWidthSetting = "--width";
inline constexpr double kMinWidth = 0.1;
inline constexpr double kMaxWidth = 8;

/// The settings that decide what comes out of a run, each under its option's name. Two runs with
/// the same settings and data, on the same devices with the same threads, come to the same weights.
nlohmann::ordered_json hyperparameters(const TrainSettings& settings);

/// Names the first entry in which `found` differs from `expected`, as in "--epochs: expected 30,
/// found 20"; nothing where they are the same.
std::optional<std::string> first_difference(const nlohmann::ordered_json& expected,
                                            const nlohmann::ordered_json& found);

}  // namespace numeral
