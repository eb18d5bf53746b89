// Time of each step from pixels to an answer, natively, and of reading a data set.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>

#include "core/preprocess.h"
#include "native/idx.h"
#include "native/model_files.h"

namespace numeral {
namespace {

/// A canvas of side * side RGBA pixels with a thick ring on it.
std::vector<std::uint8_t> drawn_canvas(int side) {
  std::vector<std::uint8_t> rgba;
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const int dx = 2 * x - side, dy = 2 * y - side;
      const int distance = (dx * dx + dy * dy) * 16 / (side * side);
      const std::uint8_t level = distance >= 4 && distance < 7 ? 0 : 255;
      rgba.insert(rgba.end(), {level, level, level, 255});
    }
  return rgba;
}

void luminance(benchmark::State& state) {
  const auto side = static_cast<int>(state.range(0));
  const auto rgba = drawn_canvas(side);
  for (auto _ : state) benchmark::DoNotOptimize(to_luminance({rgba, side, side}));
}
BENCHMARK(luminance)->Arg(280)->Arg(840);

void preprocessing(benchmark::State& state) {
  const auto side = static_cast<int>(state.range(0));
  const GrayImage image = to_luminance({drawn_canvas(side), side, side});
  for (auto _ : state) benchmark::DoNotOptimize(preprocess(image));
}
BENCHMARK(preprocessing)->Arg(28)->Arg(280)->Arg(840);

void inference(benchmark::State& state) {
  auto recognizer = load_recognizer("model/digits.ort");  // scripts/bench.sh runs in the checkout
  if (!recognizer) return state.SkipWithError(recognizer.error().message);
  const auto input = preprocess(to_luminance({drawn_canvas(280), 280, 280}));
  for (auto _ : state) benchmark::DoNotOptimize(recognizer->recognize(*input));
}
BENCHMARK(inference);

/// MNIST's gzipped training images, in the folder that NUMERAL_MNIST names.
void idx_reading(benchmark::State& state) {
  const char* folder = std::getenv("NUMERAL_MNIST");
  if (folder == nullptr) return state.SkipWithError("NUMERAL_MNIST is not set");
  std::size_t bytes = 0;
  for (auto _ : state) {
    const auto dataset = read_idx_dataset(folder, "train", 10);
    if (!dataset) return state.SkipWithError(dataset.error().message);
    bytes += dataset->pixels.size();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}
BENCHMARK(idx_reading)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace numeral

BENCHMARK_MAIN();
