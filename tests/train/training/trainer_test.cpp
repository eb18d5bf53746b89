#include "train/training/trainer.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "support/checkpoint.h"
#include "support/drawn_dataset.h"
#include "support/temporary_folder.h"
#include "train/network/network.h"
#include "train/network/weights.h"
#include "train/training/pretrained.h"
#include "train/training/run_checkpoint.h"
#include "train/training/validation.h"

namespace numeral {
namespace {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
using test::first;

TrainSettings quick_settings() {
  TrainSettings settings;
  settings.epochs = 4;
  settings.batch_size = 20;
  return settings;
}

TEST_CASE("Training learns, and ends with the best epoch's weights", "[trainer]") {
  torch::manual_seed(1);
  const IdxDataset dataset = test::drawn_dataset(600);
  const auto validation = preprocess_examples(dataset, first(100), InputMode::kInk);
  REQUIRE(validation);
  torch::nn::Sequential network = make_network(10);
  const auto epochs = train(network, dataset, first(600), *validation, quick_settings()).epochs;
  REQUIRE(epochs.size() == 4);
  CHECK(epochs.back().train_loss < epochs.front().train_loss);

  const EpochResult& best = best_epoch(epochs, 100);
  CHECK(best.validation_accuracy >= 0.95);
  const Score again = score(network, *validation, 10, torch::kCPU);
  CHECK(again.accuracy == best.validation_accuracy);
  CHECK(std::abs(again.loss - best.validation_loss) < 1e-6);
  CHECK_FALSE(network->is_training());
}

TEST_CASE("What is published lies between the pretrained weights and the trained ones",
          "[trainer]") {
  const IdxDataset dataset = test::drawn_dataset(200);
  const auto validation = preprocess_examples(dataset, first(100), InputMode::kInk);
  REQUIRE(validation);
  const test::TemporaryFolder folder;
  torch::manual_seed(1);
  const torch::nn::Sequential start = make_network(10);
  TrainSettings settings = quick_settings();
  settings.epochs = 1;
  settings.checkpoints.start_from = folder.write("start.safetensors", weights_file(*start));
  const auto result = [&](double interpolation) {
    settings.interpolation = interpolation;
    torch::nn::Sequential network = make_network(10);
    train(network, dataset, first(200), *validation, settings);
    return weights_of(*network);
  };
  const Weights pretrained = weights_of(*start), trained = result(1), half = result(0.5);
  for (std::size_t i = 0; i < trained.names.size(); ++i) {
    if (!trained.tensors[i].is_floating_point()) continue;
    INFO(trained.names[i]);
    CHECK_FALSE(torch::equal(trained.tensors[i], pretrained.tensors[i]));
    CHECK(torch::allclose(half.tensors[i], (pretrained.tensors[i] + trained.tensors[i]) / 2));
  }

  torch::nn::Sequential letters = make_network(12);
  settings.classes = 12;
  CHECK_THROWS_MATCHES(train(letters, dataset, first(200), *validation, settings),
                       std::runtime_error, MessageMatches(ContainsSubstring("other classes")));
}

TEST_CASE("A loss that is not finite ends the run with a word on what to do", "[trainer]") {
  torch::manual_seed(1);
  const IdxDataset dataset = test::drawn_dataset(100);
  const auto validation = preprocess_examples(dataset, first(20), InputMode::kInk);
  torch::nn::Sequential network = make_network(10);
  {
    const torch::NoGradGuard no_grad;
    network->parameters()[0].fill_(std::numeric_limits<float>::max());
  }
  CHECK_THROWS_WITH(train(network, dataset, first(100), *validation, quick_settings()),
                    ContainsSubstring("try a smaller learning rate than 0.003"));
}

/// Stops a run before the step that it is asked about for the `steps`th time.
std::function<bool()> stop_after(int steps) {
  return [steps, asked = 0]() mutable { return ++asked >= steps; };
}

TEST_CASE("An interrupted run resumes to the same weights, bit for bit", "[trainer]") {
  const IdxDataset dataset = test::drawn_dataset(130);
  const auto validation = preprocess_examples(dataset, first(30), InputMode::kInk);
  for (const std::vector<torch::Device>& devices :
       {std::vector<torch::Device>{torch::kCPU}, {torch::kCPU, torch::kCPU}}) {
    TrainSettings settings = quick_settings();
    settings.epochs = 3;
    settings.devices = devices;
    torch::manual_seed(1);
    torch::nn::Sequential whole = make_network(10), stopped = clone_of(whole);
    const TrainOutcome expected = train(whole, dataset, first(130), *validation, settings);

    const test::TemporaryFolder folder;
    settings.checkpoints.folder = folder.path();
    // In the middle of an epoch, at the end of one (7 steps), and at the very first step.
    for (const int steps : {1, 4, 6, 9}) {
      settings.stop_requested = stop_after(steps);
      const TrainOutcome outcome = train(stopped, dataset, first(130), *validation, settings);
      CHECK(outcome.interrupted);
      CHECK(outcome.checkpoint == folder.path() / kLatestCheckpoint);
      settings.checkpoints.resume = folder.path();
      // All that matters must come from the checkpoint.
      stopped = make_network(10);
    }
    settings.stop_requested = nullptr;
    const TrainOutcome outcome = train(stopped, dataset, first(130), *validation, settings);
    CHECK_FALSE(outcome.interrupted);
    CHECK(test::same_weights(weights_of(*whole), weights_of(*stopped)));
    REQUIRE(outcome.epochs.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(outcome.epochs[i].train_loss == expected.epochs[i].train_loss);
      CHECK(outcome.epochs[i].validation_loss == expected.epochs[i].validation_loss);
    }
    // Once more from the finished run: there is nothing left to train.
    stopped = make_network(10);
    train(stopped, dataset, first(130), *validation, settings);
    CHECK(test::same_weights(weights_of(*whole), weights_of(*stopped)));
  }
}

TEST_CASE("A checkpoint of other settings or data is refused, with the difference", "[trainer]") {
  const IdxDataset dataset = test::drawn_dataset(40), other = test::drawn_dataset(41);
  const auto validation = preprocess_examples(dataset, first(10), InputMode::kInk);
  const test::TemporaryFolder folder;
  TrainSettings settings = quick_settings();
  settings.epochs = 1;
  settings.checkpoints.folder = folder.path();
  torch::nn::Sequential network = make_network(10);
  train(network, dataset, first(40), *validation, settings);

  settings.checkpoints.resume = folder.path();
  settings.checkpoints.minutes = 1;
  CHECK_NOTHROW(train(network, dataset, first(40), *validation, settings));
  settings.batch_size = 10;
  CHECK_THROWS_WITH(train(network, dataset, first(40), *validation, settings),
                    ContainsSubstring("batch-size: expected 20, found 10"));
  settings.batch_size = 20;
  CHECK_THROWS_AS(train(network, other, first(40), *validation, settings), ResumeError);
  IdxDataset relabelled = dataset;
  relabelled.labels[0] = 9;
  CHECK_THROWS_WITH(train(network, relabelled, first(40), *validation, settings),
                    ContainsSubstring("SHA-256 of the labels: expected"));
  CHECK_THROWS_AS(train(network, dataset, first(39), *validation, settings), ResumeError);
}

TEST_CASE("A checkpoint that no such run has written is refused in one line", "[trainer]") {
  const IdxDataset dataset = test::drawn_dataset(40);
  const auto validation = preprocess_examples(dataset, first(10), InputMode::kInk);
  const test::TemporaryFolder folder;
  TrainSettings settings = quick_settings();
  settings.checkpoints.folder = folder.path();
  settings.stop_requested = stop_after(3);
  torch::nn::Sequential network = make_network(10);
  train(network, dataset, first(40), *validation, settings);
  const Checkpoint good = load_checkpoint(folder.path());
  REQUIRE(good.run.step > 0);

  settings.checkpoints = {{}, 5, folder.path()};
  settings.stop_requested = nullptr;
  const auto refused_with = [&](const std::string& reason, const auto& spoil) {
    Checkpoint checkpoint = good;
    spoil(checkpoint);
    save_checkpoint(folder.path(), checkpoint);
    CHECK_THROWS_MATCHES(train(network, dataset, first(40), *validation, settings), ResumeError,
                         MessageMatches(ContainsSubstring(folder.path().string() + ": ") &&
                                        ContainsSubstring(reason) && !ContainsSubstring("\n")));
  };
  refused_with("expected at most 4 epochs of 2 steps",
               [](Checkpoint& checkpoint) { checkpoint.run.step = 1000; });
  refused_with("steps, found them after 77",
               [](Checkpoint& checkpoint) { checkpoint.replica.steps = 77; });
  refused_with("expected a moving average of the weights",
               [](Checkpoint& checkpoint) { checkpoint.replica.averaged = {}; });
  refused_with("RNG state", [](Checkpoint& checkpoint) {
    checkpoint.random_state = torch::zeros({8}, torch::kUInt8);
  });
  refused_with("mt19937", [](Checkpoint& checkpoint) {
    checkpoint.random_state = torch::full_like(checkpoint.random_state, 255);
  });
  refused_with("not of this network", [](Checkpoint& checkpoint) {
    checkpoint.replica = Replica(make_network(11), torch::kCPU, {}).state();
    checkpoint.run.best = checkpoint.replica.weights;
  });
}

TEST_CASE("A loss that is not finite leaves the last good checkpoint, and names it", "[trainer]") {
  const IdxDataset dataset = test::drawn_dataset(40);
  const auto validation = preprocess_examples(dataset, first(10), InputMode::kInk);
  const test::TemporaryFolder folder;
  TrainSettings settings = quick_settings();
  settings.checkpoints = {folder.path(), 0, {}};
  settings.stop_requested = stop_after(3);
  torch::nn::Sequential network = make_network(10);
  const TrainOutcome stopped = train(network, dataset, first(40), *validation, settings);
  Checkpoint checkpoint = load_checkpoint(stopped.checkpoint);
  checkpoint.replica.weights.tensors[0].fill_(std::numeric_limits<float>::max());
  save_checkpoint(folder.path(), checkpoint);
  const auto saved_at = std::filesystem::last_write_time(folder.path() / kLatestCheckpoint);

  settings.checkpoints.resume = folder.path();
  settings.stop_requested = nullptr;
  CHECK_THROWS_WITH(train(network, dataset, first(40), *validation, settings),
                    ContainsSubstring("last good checkpoint is " + folder.path().string()));
  CHECK(std::filesystem::last_write_time(folder.path() / kLatestCheckpoint) == saved_at);
}

TEST_CASE("Workers that fail end the run, with the reason", "[trainer]") {
  const IdxDataset dataset = test::drawn_dataset(100);
  const auto validation = preprocess_examples(dataset, first(20), InputMode::kInk);
  TrainSettings settings = quick_settings();
  settings.devices = {torch::kCPU, torch::kCPU};
  settings.batch_size = 10;
  torch::nn::Sequential network = make_network(5);  // too few classes for the labels
  CHECK_THROWS_WITH(train(network, dataset, first(100), *validation, settings),
                    ContainsSubstring("out of bounds"));
}

TEST_CASE("One worker that fails in the middle ends the run with its message", "[trainer]") {
  const IdxDataset dataset = test::drawn_dataset(100);
  const auto validation = preprocess_examples(dataset, first(20), InputMode::kInk);
  TrainSettings settings = quick_settings();
  settings.devices = {torch::kCPU, torch::kCPU};
  settings.epochs = 10000;  // the other one must not train on
  settings.stop_requested = [asked = 0]() mutable {
    if (++asked == 7) throw std::runtime_error("the seventh step went wrong");
    return false;
  };
  torch::nn::Sequential network = make_network(10);
  CHECK_THROWS_WITH(train(network, dataset, first(100), *validation, settings),
                    "the seventh step went wrong");
}

}  // namespace
}  // namespace numeral
