// The steps from pixels to an answer one by one, and the most that the processor could do, as
// functions for a page to call and time. Each call does little, since the browser replaces slow
// code of its first compiler between calls, not inside a running loop.

#include <wasm_simd128.h>

#include <array>
#include <cstdlib>
#include <optional>
#include <utility>

#include "preprocess.h"
#include "recognizer.h"

namespace {

std::optional<numeral::Recognizer> recognizer;

/// What was computed, kept so that the compiler cannot leave it out.
volatile float kept;

}  // namespace

extern "C" {

void* bench_allocate(std::size_t bytes) { return std::malloc(bytes); }

bool bench_create(const char* card, std::size_t card_bytes, const std::byte* model,
                  std::size_t model_bytes) {
  auto parsed = numeral::parse_model_card({card, card_bytes});
  if (!parsed) return false;
  auto created = numeral::Recognizer::create(std::move(*parsed), {model, model_bytes});
  if (!created) return false;
  recognizer.emplace(std::move(*created));
  return true;
}

/// 40,000 multiplications with an addition each, in registers alone, few of which wait for the one
/// before: as fast as matrix multiplication in this SIMD can be.
void bench_multiply_add() {
  constexpr int kSums = 10;
  v128_t sums[kSums];
  for (int i = 0; i < kSums; ++i) sums[i] = wasm_f32x4_splat(float(i) + kept);
  v128_t weight = wasm_f32x4_splat(0.001f + kept);
  const v128_t value = wasm_f32x4_splat(0.999f + kept);
  for (int repetition = 0; repetition < 1000; ++repetition) {
// As an array in memory the sums would be several times slower.
#pragma clang loop unroll(full)
    for (int i = 0; i < kSums; ++i)
      sums[i] = wasm_f32x4_add(sums[i], wasm_f32x4_mul(weight, value));
    weight = wasm_f32x4_add(weight, value);
  }
  v128_t total = sums[0];
  for (int i = 1; i < kSums; ++i) total = wasm_f32x4_add(total, sums[i]);
  kept = wasm_f32x4_extract_lane(total, 0);
}

/// Finds and fits the drawing on a canvas of RGBA.
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
