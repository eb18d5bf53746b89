// Each step from pixels to an answer, and the processor's peak rate, as functions that a page calls
// and times. Each call is short: browsers replace their baseline compiler's code between calls, not
// inside a running loop.

#include <wasm_simd128.h>

#include <cstdlib>
#include <optional>
#include <utility>

#include "core/preprocess.h"
#include "core/recognizer.h"

namespace {

std::optional<numeral::Recognizer> recognizer;

/// A sink, so that the compiler does not remove the computation.
volatile float kept;

}  // namespace

extern "C" {

void* bench_allocate(std::size_t bytes) { return std::malloc(bytes); }

bool bench_create(const std::byte* model, std::size_t model_bytes) {
  numeral::ModelCard digits;
  digits.labels.resize(10);
  auto created = numeral::Recognizer::create(std::move(digits), {model, model_bytes});
  if (!created) return false;
  recognizer.emplace(std::move(*created));
  return true;
}

/// Multiplications and as many additions, in registers only, in enough independent chains to hide
/// their latency: the upper bound for matrix multiplication. Returns the number of multiplications.
int bench_multiply_add() {
  constexpr int kRepetitions = 10'000, kLanes = 4;
  constexpr int kChains = 7;  // with the constant, 15 of x86-64's 16 registers
  v128_t products[kChains], sums[kChains];
  for (int i = 0; i < kChains; ++i) products[i] = sums[i] = wasm_f32x4_splat(float(i) + kept);
  const v128_t change = wasm_f32x4_splat(0.9999f);
  for (int repetition = 0; repetition < kRepetitions; ++repetition) {
// Unrolled, so that the arrays are in registers: memory would be several times slower.
#pragma clang loop unroll(full)
    for (int i = 0; i < kChains; ++i) {
      products[i] = wasm_f32x4_mul(products[i], change);
      sums[i] = wasm_f32x4_add(sums[i], change);
    }
  }
  v128_t total = products[0];
  for (int i = 0; i < kChains; ++i)
    total = wasm_f32x4_add(total, wasm_f32x4_add(products[i], sums[i]));
  kept = wasm_f32x4_extract_lane(total, 0);
  return kRepetitions * kChains * kLanes;
}

/// Preprocesses a canvas of RGBA.
void bench_preprocess(const std::uint8_t* rgba, int width, int height) {
  const std::size_t bytes = std::size_t(width) * std::size_t(height) * 4;
  const auto input = numeral::preprocess(numeral::to_luminance({{rgba, bytes}, width, height}));
  kept = input ? (*input)[400] : 0;
}

/// Runs the network once.
void bench_infer() {
  static const numeral::NetworkInput input = [] {
    numeral::NetworkInput made{};
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = float(i * 37 % 101) / 101;
    return made;
  }();
  const auto recognition = recognizer->recognize(input);
  kept = recognition ? recognition->probabilities[0] : 0;
}

}  // extern "C"
