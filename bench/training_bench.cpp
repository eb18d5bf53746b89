// How fast the network trains with one worker, and with two that split every batch.
//
// Each has one thread. What that brings on two cores is told by
//   taskset -c 0,1 build/native/bin/training_bench

#include <benchmark/benchmark.h>
#include <spdlog/spdlog.h>

#include <numeric>

#include "memory.h"
#include "network.h"
#include "trainer.h"

namespace numeral {
namespace {

constexpr int kPictures = 8192;

/// Upright strokes, each at another place.
IdxDataset stroke_dataset() {
  IdxDataset dataset{28, 28, std::vector<std::uint8_t>(std::size_t(kPictures) * 28 * 28), {}};
  for (std::size_t i = 0; i < kPictures; ++i) {
    for (std::size_t y = 4; y < 24; ++y)
      for (std::size_t x = 0; x < 3; ++x) dataset.pixels[(i * 28 + y) * 28 + 4 + i % 18 + x] = 255;
    dataset.labels.push_back(static_cast<std::uint8_t>(i % 10));
  }
  return dataset;
}

/// An epoch of training with `range(0)` workers, with augmentation if `range(1)`, in batches of
/// `range(2)`.
void train_epoch(benchmark::State& state) {
  const IdxDataset dataset = stroke_dataset();
  std::vector<std::size_t> indices(kPictures);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  const Result<Examples> validation = preprocess_examples(dataset, {0}, Framing::kInk);
  TrainSettings settings;
  settings.epochs = 1;
  settings.batch_size = state.range(2);
  settings.augmentation = state.range(1) != 0 ? Augmentation::kDigits : Augmentation::kNone;
  settings.devices.assign(static_cast<std::size_t>(state.range(0)), torch::kCPU);
  settings.threads = static_cast<int>(state.range(0));
  torch::nn::Sequential network = make_network(10);
  for (auto step : state) {
    static_cast<void>(step);
    const auto outcome = train(network, dataset, indices, *validation, settings);
    if (!outcome) state.SkipWithError(outcome.error().message.c_str());
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
