// Training speed: with one worker, with two that split every batch, and in a plain libtorch loop,
// as in a tutorial. And the speed of augmentation.
//
// Each worker has one thread. For two workers on two cores:
//   taskset -c 0,1 build/native/bin/training_bench

#include <benchmark/benchmark.h>
#include <spdlog/spdlog.h>

#include <numeric>

#include "train/augmentation/augmentation.h"
#include "train/base/malloc_tuning.h"
#include "train/network/network.h"
#include "train/training/trainer.h"

namespace numeral {
namespace {

constexpr int kPictures = 8192;

/// Vertical strokes at different places.
IdxDataset stroke_dataset() {
  IdxDataset dataset{28, 28, std::vector<std::uint8_t>(std::size_t(kPictures) * 28 * 28), {}};
  for (std::size_t i = 0; i < kPictures; ++i) {
    for (std::size_t y = 4; y < 24; ++y)
      for (std::size_t x = 0; x < 3; ++x) dataset.pixels[(i * 28 + y) * 28 + 4 + i % 18 + x] = 255;
    dataset.labels.push_back(static_cast<std::uint8_t>(i % 10));
  }
  return dataset;
}

/// Pictures one by one, as PyTorch's C++ MNIST example has them from torch::data::datasets::MNIST.
class Pictures : public torch::data::datasets::Dataset<Pictures> {
 public:
  explicit Pictures(const IdxDataset& dataset)
      : images_(torch::tensor(torch::ArrayRef<std::uint8_t>(dataset.pixels))
                    .to(torch::kFloat32)
                    .div_(255)
                    .view({kPictures, 1, 28, 28})),
        labels_(torch::tensor(torch::ArrayRef<std::uint8_t>(dataset.labels)).to(torch::kInt64)) {}

  torch::data::Example<> get(std::size_t index) override {
    return {images_[static_cast<std::int64_t>(index)], labels_[static_cast<std::int64_t>(index)]};
  }
  torch::optional<std::size_t> size() const override { return kPictures; }

 private:
  torch::Tensor images_, labels_;
};

/// An epoch of the loop of PyTorch's C++ MNIST example (pytorch/examples, cpp/mnist/mnist.cpp) with
/// our network and optimiser, in batches of `range(0)`, with one thread.
void plain_epoch(benchmark::State& state) {
  torch::set_num_threads(1);
  torch::nn::Sequential network = make_network(10);
  auto loader = torch::data::make_data_loader<torch::data::samplers::SequentialSampler>(
      Pictures(stroke_dataset()).map(torch::data::transforms::Stack<>()),
      static_cast<std::size_t>(state.range(0)));
  torch::optim::AdamW optimizer(network->parameters(), torch::optim::AdamWOptions(0.003));
  network->train();
  for (auto step : state) {
    static_cast<void>(step);
    for (auto& batch : *loader) {
      optimizer.zero_grad();
      torch::Tensor loss =
          torch::nll_loss(torch::log_softmax(network->forward(batch.data), 1), batch.target);
      loss.backward();
      optimizer.step();
    }
  }
  state.SetItemsProcessed(state.iterations() * kPictures);
}

BENCHMARK(plain_epoch)
    ->ArgsProduct({{64, 256}})
    ->ArgNames({"batch"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(1)
    ->Repetitions(5)
    ->ReportAggregatesOnly();

/// Pictures augmented and preprocessed as for training.
void augmentation(benchmark::State& state) {
  const IdxDataset dataset = stroke_dataset();
  const Transform transform = training_transform(Augmentation::kDigits, InputMode::kInk);
  Random random(1);
  std::size_t index = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(transform(dataset.image(index), dataset.labels[index], random));
    index = (index + 1) % kPictures;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(augmentation);

/// An epoch of training with `range(0)` workers, with augmentation if `range(1)`, in batches of
/// `range(2)`.
void train_epoch(benchmark::State& state) {
  const IdxDataset dataset = stroke_dataset();
  std::vector<std::size_t> indices(kPictures);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  const Result<Examples> validation = preprocess_examples(dataset, {0}, InputMode::kInk);
  TrainSettings settings;
  settings.epochs = 1;
  settings.batch_size = state.range(2);
  settings.augmentation = state.range(1) != 0 ? Augmentation::kDigits : Augmentation::kNone;
  settings.devices.assign(static_cast<std::size_t>(state.range(0)), torch::kCPU);
  settings.threads = static_cast<int>(state.range(0));
  torch::nn::Sequential network = make_network(10);
  for (auto step : state) {
    static_cast<void>(step);
    train(network, dataset, indices, *validation, settings);
  }
  state.SetItemsProcessed(state.iterations() * kPictures);
}

BENCHMARK(train_epoch)
    ->ArgsProduct({{1, 2}, {0, 1}, {64, 256}})
    ->ArgNames({"workers", "augment", "batch"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(1)
    ->Repetitions(5)
    ->ReportAggregatesOnly();

}  // namespace
}  // namespace numeral

int main(int argc, char** argv) {
  numeral::keep_freed_memory();
  spdlog::set_level(spdlog::level::off);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
