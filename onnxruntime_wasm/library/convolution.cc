// Convolutions without padding, faster than MLAS's own in WebAssembly, whose place this takes
// (tarballs.cmake renames that one). MLAS writes the patches of the input out row by row, packs
// them once more into panels, and multiplies with a kernel that needs more SIMD registers than
// x86-64 has. Here patches are written into a panel at once, of so few pixels that it stays in the
// fastest cache, and the kernel's sums stay in registers. docs/performance.md has the figures.

#include <wasm_simd128.h>

#include <algorithm>
#include <array>

#include "core/mlas/inc/mlas.h"

/// MLAS's own, for all other convolutions.
void MlasConvOfAnyKind(const MLAS_CONV_PARAMETERS* parameters, const float* input,
                       const float* filter, const float* bias, float* working_buffer, float* output,
                       MLAS_THREADPOOL* thread_pool);

namespace {

constexpr size_t kLanes = 4;

/// Pixels of a panel: four registers of sums for each of two filters, besides four of pixels.
constexpr size_t kWide = 4 * kLanes;

/// The largest patch that is taken, in values: its panel, 64 KiB, lies on the stack.
constexpr size_t kLargestPatch = 1024;

/// Pixels one after the other from `first` on, of `size` in the output; beyond the last, that
/// again.
template <size_t Pixels>
std::array<size_t, Pixels> origins(const MLAS_CONV_PARAMETERS& of, size_t first) {
  std::array<size_t, Pixels> result;
  for (size_t i = 0; i < Pixels; ++i) {
    const size_t pixel = std::min(first + i, of.OutputSize - 1);
    const size_t y = pixel / of.OutputShape[1], x = pixel % of.OutputShape[1];
    result[i] = y * of.StrideShape[0] * of.InputShape[1] + x * of.StrideShape[1];
  }
  return result;
}

/// Writes the patches of the input that some output pixels see as [K][Pixels].
template <size_t Pixels>
void write_panel(const MLAS_CONV_PARAMETERS& of, const float* input,
                 const std::array<size_t, Pixels>& origin, float* panel) {
  std::array<bool, Pixels / kLanes> adjacent;
  for (size_t i = 0; i < Pixels; i += kLanes) {
    adjacent[i / kLanes] = true;
    for (size_t lane = 1; lane < kLanes; ++lane)
      adjacent[i / kLanes] &= origin[i + lane] == origin[i] + lane;
  }
  for (size_t channel = 0; channel < of.InputChannels; ++channel) {
    for (size_t y = 0; y < of.KernelShape[0]; ++y) {
      const float* row =
          input + channel * of.InputSize + y * of.DilationShape[0] * of.InputShape[1];
      for (size_t x = 0; x < of.KernelShape[1]; ++x) {
        const float* source = row + x * of.DilationShape[1];
        for (size_t i = 0; i < Pixels; i += kLanes) {
          if (adjacent[i / kLanes]) {
            wasm_v128_store(panel + i, wasm_v128_load(source + origin[i]));
          } else {
            for (size_t lane = 0; lane < kLanes; ++lane) panel[i + lane] = source[origin[i + lane]];
          }
        }
        panel += Pixels;
      }
    }
  }
}

/// Some filters at the `pixels` first pixels of a panel.
template <size_t Filters, size_t Pixels>
void multiply(const MLAS_CONV_PARAMETERS& of, const float* filter, const float* panel,
              size_t pixels, float* output) {
  constexpr size_t kRegisters = Pixels / kLanes;
  v128_t sums[Filters][kRegisters];
  for (auto& filter_sums : sums)
    for (v128_t& sum : filter_sums) sum = wasm_f32x4_splat(0);
  for (size_t k = 0; k < of.K; ++k) {
    v128_t values[kRegisters];
    for (size_t r = 0; r < kRegisters; ++r)
      values[r] = wasm_v128_load(panel + k * Pixels + r * kLanes);
    for (size_t f = 0; f < Filters; ++f) {
      const v128_t weight = wasm_v128_load32_splat(filter + f * of.K + k);
      for (size_t r = 0; r < kRegisters; ++r)
        sums[f][r] = wasm_f32x4_add(sums[f][r], wasm_f32x4_mul(weight, values[r]));
    }
  }
  for (size_t f = 0; f < Filters; ++f) {
    if (pixels == Pixels) {
      for (size_t r = 0; r < kRegisters; ++r)
        wasm_v128_store(output + f * of.OutputSize + r * kLanes, sums[f][r]);
    } else {
      const auto* values = reinterpret_cast<const float*>(sums[f]);
      std::copy_n(values, pixels, output + f * of.OutputSize);
    }
  }
}

/// All filters at the output pixels from `first` on, at most `Pixels`, `Filters` at a time.
template <size_t Filters, size_t Pixels>
void convolve_pixels(const MLAS_CONV_PARAMETERS& of, const float* input, const float* filter,
                     size_t first, float* output) {
  float panel[kLargestPatch * Pixels];
  write_panel<Pixels>(of, input, origins<Pixels>(of, first), panel);
  const size_t pixels = std::min(Pixels, of.OutputSize - first);
  output += first;
  size_t f = 0;
  for (; f + Filters <= of.FilterCount; f += Filters)
    multiply<Filters, Pixels>(of, filter + f * of.K, panel, pixels, output + f * of.OutputSize);
  for (; f < of.FilterCount; ++f)
    multiply<1, Pixels>(of, filter + f * of.K, panel, pixels, output + f * of.OutputSize);
}

bool is_ours(const MLAS_CONV_PARAMETERS& of) {
  return of.Algorithm != MlasConvAlgorithmGemmDirect && of.Dimensions == 2 && of.GroupCount == 1 &&
         of.Beta == 0 && of.K <= kLargestPatch &&
         std::all_of(of.Padding, of.Padding + 4, [](size_t padding) { return padding == 0; });
}

}  // namespace

void MLASCALL MlasConv(const MLAS_CONV_PARAMETERS* parameters, const float* input,
                       const float* filter, const float* bias, float* working_buffer, float* output,
                       MLAS_THREADPOOL* thread_pool) {
  const MLAS_CONV_PARAMETERS& of = *parameters;
  if (!is_ours(of))
    return MlasConvOfAnyKind(parameters, input, filter, bias, working_buffer, output, thread_pool);

  for (size_t image = 0; image < of.BatchCount; ++image) {
    size_t pixel = 0;
    for (; pixel + kWide <= of.OutputSize; pixel += kWide)
      convolve_pixels<2, kWide>(of, input, filter, pixel, output);
    for (; pixel < of.OutputSize; pixel += kLanes)
      convolve_pixels<6, kLanes>(of, input, filter, pixel, output);
    MlasActivation(of.Activation, output, bias, of.FilterCount, of.OutputSize, of.OutputSize);
    input += of.InputChannels * of.InputSize;
    output += of.FilterCount * of.OutputSize;
  }
}
