#include "trainer.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "network.h"
#include "support/drawn_dataset.h"

namespace numeral {
namespace {

std::vector<std::size_t> first(std::size_t count) {
  std::vector<std::size_t> indices(count);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  return indices;
}

TrainSettings quick_settings() {
  TrainSettings settings;
  settings.epochs = 4;
  settings.batch_size = 20;
  return settings;
}

TEST_CASE("Training learns, and ends with the best epoch's weights", "[trainer]") {
  torch::manual_seed(1);
  const IdxDataset dataset = test::drawn_dataset(600);
  const auto validation = preprocess_examples(dataset, first(100), Framing::kInk);
  REQUIRE(validation);
  torch::nn::Sequential network = make_network(10);
  const auto epochs = train(network, dataset, first(600), *validation, quick_settings());
  REQUIRE(epochs);
  REQUIRE(epochs->size() == 4);
  CHECK(epochs->back().train_loss < epochs->front().train_loss);

  const EpochResult& best = best_epoch(*epochs);
  CHECK(best.validation_accuracy >= 0.95);
  const Score again = score(network, *validation, torch::kCPU);
  CHECK(again.accuracy == best.validation_accuracy);
  CHECK(std::abs(again.loss - best.validation_loss) < 1e-6);
  CHECK_FALSE(network->is_training());
}

TEST_CASE("A loss that is not finite ends the run with a word on what to do", "[trainer]") {
  torch::manual_seed(1);
  const IdxDataset dataset = test::drawn_dataset(100);
  const auto validation = preprocess_examples(dataset, first(20), Framing::kInk);
  torch::nn::Sequential network = make_network(10);
  {
    const torch::NoGradGuard no_grad;
    network->parameters()[0].fill_(std::numeric_limits<float>::infinity());
  }
  const auto epochs = train(network, dataset, first(100), *validation, quick_settings());
  REQUIRE_FALSE(epochs);
  CHECK(epochs.error().message.find("--learning-rate") != std::string::npos);
}

TEST_CASE("The best epoch has the highest accuracy, then the lowest loss", "[trainer]") {
  const auto epoch = [](int number, double accuracy, double loss) {
    EpochResult result;
    result.epoch = number;
    result.validation_accuracy = accuracy;
    result.validation_loss = loss;
    return result;
  };
  CHECK(best_epoch({epoch(1, 0.9, 0.1), epoch(2, 0.95, 0.3), epoch(3, 0.95, 0.2)}).epoch == 3);
  CHECK(best_epoch({epoch(1, 0.9, 0.1)}).epoch == 1);
}

}  // namespace
}  // namespace numeral
