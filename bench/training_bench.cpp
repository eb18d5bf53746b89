// Training speed: with one worker, with two that split every batch, and in a plain libtorch loop,
// as in a tutorial. And the speed of augmentation.
//
// Each worker has one thread. For two workers on two cores:
//   taskset -c 0,1 build/native/bin/training_bench
// On a GPU, with 1, 4 and 15 threads that load pictures:
//   build/native/bin/training_bench --device=cuda:0

#include <benchmark/benchmark.h>
#include <spdlog/spdlog.h>

#include <numeric>
#include <string>

#include "train/augmentation/augmentation.h"
#include "train/base/malloc_tuning.h"
#include "train/network/network.h"
#include "train/training/trainer.h"

namespace numeral {
namespace {

/// Where the networks are trained.
torch::Device device = torch::kCPU;

/// Enough for an epoch of a few seconds.
std::int64_t pictures() { return device.is_cuda() ? 32768 : 8192; }

/// Vertical strokes at different places.
IdxDataset stroke_dataset() {
  const auto count = static_cast<std::size_t>(pictures());
  IdxDataset dataset{28, 28, std::vector<std::uint8_t>(count * 28 * 28), {}};
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t y = 4; y < 24; ++y)
      for (std::size_t x = 0; x < 3; ++x) dataset.pixels[(i * 28 + y) * 28 + 4 + i % 18 + x] = 255;
    dataset.labels.push_back(static_cast<std::uint8_t>(i % 10));
  }
  return dataset;
}

torch::Tensor images_of(const IdxDataset& dataset) {
  return torch::tensor(torch::ArrayRef<std::uint8_t>(dataset.pixels))
      .to(torch::kFloat32)
      .div_(255)
      .view({-1, 1, 28, 28});
}

torch::Tensor labels_of(const IdxDataset& dataset) {
  return torch::tensor(torch::ArrayRef<std::uint8_t>(dataset.labels)).to(torch::kInt64);
}

/// Pictures one by one, as PyTorch's C++ MNIST example has them from torch::data::datasets::MNIST.
class Pictures : public torch::data::datasets::Dataset<Pictures> {
 public:
  explicit Pictures(const IdxDataset& dataset)
      : images_(images_of(dataset)), labels_(labels_of(dataset)) {}

  torch::data::Example<> get(std::size_t index) override {
    return {images_[static_cast<std::int64_t>(index)], labels_[static_cast<std::int64_t>(index)]};
  }
  torch::optional<std::size_t> size() const override {
    return static_cast<std::size_t>(images_.size(0));
  }

 private:
  torch::Tensor images_, labels_;
};

/// One step of the loop of PyTorch's C++ MNIST example, with our optimiser.
void plain_step(torch::nn::Sequential& network, torch::optim::AdamW& optimizer,
                const torch::Tensor& images, const torch::Tensor& labels) {
  optimizer.zero_grad();
  torch::nll_loss(torch::log_softmax(network->forward(images.to(device)), 1), labels.to(device))
      .backward();
  optimizer.step();
}

/// An epoch of the loop of PyTorch's C++ MNIST example (pytorch/examples, cpp/mnist/mnist.cpp) with
/// our network and optimiser, in batches of `range(0)`, with one thread.
void plain_epoch(benchmark::State& state) {
  torch::set_num_threads(1);
  torch::nn::Sequential network = make_network(10);
  network->to(device);
  auto loader = torch::data::make_data_loader<torch::data::samplers::SequentialSampler>(
      Pictures(stroke_dataset()).map(torch::data::transforms::Stack<>()),
      static_cast<std::size_t>(state.range(0)));
  torch::optim::AdamW optimizer(network->parameters(), torch::optim::AdamWOptions(0.003));
  network->train();
  for (auto step : state) {
    static_cast<void>(step);
    for (auto& batch : *loader) plain_step(network, optimizer, batch.data, batch.target);
  }
  state.SetItemsProcessed(state.iterations() * pictures());
}

/// The same where all pictures are on the device already: what the arithmetic alone takes.
void plain_epoch_on_device(benchmark::State& state) {
  torch::set_num_threads(1);
  torch::nn::Sequential network = make_network(10);
  network->to(device);
  const IdxDataset dataset = stroke_dataset();
  const torch::Tensor images = images_of(dataset).to(device),
                      labels = labels_of(dataset).to(device);
  torch::optim::AdamW optimizer(network->parameters(), torch::optim::AdamWOptions(0.003));
  network->train();
  for (auto step : state) {
    static_cast<void>(step);
    for (std::int64_t first = 0; first < pictures(); first += state.range(0))
      plain_step(network, optimizer, images.slice(0, first, first + state.range(0)),
                 labels.slice(0, first, first + state.range(0)));
    images.sum().item<float>();  // waits for the GPU
  }
  state.SetItemsProcessed(state.iterations() * pictures());
}

/// Pictures augmented and preprocessed as for training.
void augmentation(benchmark::State& state) {
  const IdxDataset dataset = stroke_dataset();
  const Transform transform = training_transform(Augmentation::kDigits, InputMode::kInk, 0.1);
  Random random(1);
  std::size_t index = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(transform(dataset.image(index), dataset.labels[index], random));
    index = (index + 1) % static_cast<std::size_t>(pictures());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(augmentation);

/// An epoch of training with `range(0)` workers, with augmentation if `range(1)`, in batches of
/// `range(2)`, with `range(3)` threads for each worker that load them.
void train_epoch(benchmark::State& state) {
  const IdxDataset dataset = stroke_dataset();
  std::vector<std::size_t> indices(static_cast<std::size_t>(pictures()));
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  const Result<Examples> validation = preprocess_examples(dataset, {0}, InputMode::kInk);
  TrainSettings settings;
  settings.epochs = 1;
  settings.batch_size = state.range(2);
  settings.augmentation = state.range(1) != 0 ? Augmentation::kDigits : Augmentation::kNone;
  settings.devices.assign(static_cast<std::size_t>(state.range(0)), device);
  settings.threads = static_cast<int>(state.range(0));
  settings.loader_threads = static_cast<int>(state.range(3));
  torch::nn::Sequential network = make_network(10);
  for (auto step : state) {
    static_cast<void>(step);
    train(network, dataset, indices, *validation, settings);
  }
  state.SetItemsProcessed(state.iterations() * pictures());
}

void register_benchmarks() {
  const auto repeated = [](benchmark::internal::Benchmark* registered) {
    return registered->Unit(benchmark::kMillisecond)
        ->UseRealTime()
        ->Iterations(1)
        ->Repetitions(5)
        ->ReportAggregatesOnly();
  };
  const auto plain = [&](const char* name, auto* function, std::vector<std::int64_t> batches) {
    repeated(benchmark::RegisterBenchmark(name, function))
        ->ArgsProduct({std::move(batches)})
        ->ArgNames({"batch"});
  };
  const auto train = [&](std::vector<std::vector<std::int64_t>> arguments) {
    repeated(benchmark::RegisterBenchmark("train_epoch", train_epoch))
        ->ArgsProduct(std::move(arguments))
        ->ArgNames({"workers", "augment", "batch", "loaders"});
  };
  if (device.is_cuda()) {
    plain("plain_epoch", plain_epoch, {64, 1024});
    plain("plain_epoch_on_device", plain_epoch_on_device, {64, 256, 1024, 4096});
    train({{1}, {0}, {64, 256, 1024, 4096}, {4}});
    train({{1}, {1}, {64, 1024}, {1, 4, 15}});
  } else {
    plain("plain_epoch", plain_epoch, {64, 256});
    train({{1, 2}, {0, 1}, {64, 256}, {1}});
  }
}

}  // namespace
}  // namespace numeral

int main(int argc, char** argv) {
  numeral::keep_freed_memory();
  spdlog::set_level(spdlog::level::off);
  const std::string option = "--device=";
  if (argc > 1 && std::string(argv[1]).starts_with(option)) {
    numeral::device = torch::Device(std::string(argv[1]).substr(option.size()));
    for (int i = 1; i + 1 < argc; ++i) argv[i] = argv[i + 1];
    --argc;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  numeral::register_benchmarks();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
