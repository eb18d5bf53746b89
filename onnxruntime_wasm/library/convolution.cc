// Convolutions without padding, faster than MLAS's own in WebAssembly, whose place this takes
// (downloads.cmake renames that one). MLAS writes the patches of the input out row by row, packs
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

/// Some filters of `depth` values each, one after the other, at the `pixels` first pixels of a
/// panel [depth][Pixels]. The next filter's results come `stride` values later.
template <size_t Filters, size_t Pixels>
void multiply(size_t depth, const float* filter, const float* panel, size_t pixels, float* output,
              size_t stride) {
  constexpr size_t kRegisters = Pixels / kLanes;
  v128_t sums[Filters][kRegisters];
  for (auto& filter_sums : sums)
    for (v128_t& sum : filter_sums) sum = wasm_f32x4_splat(0);
  for (size_t k = 0; k < depth; ++k) {
    v128_t values[kRegisters];
    for (size_t r = 0; r < kRegisters; ++r)
      values[r] = wasm_v128_load(panel + k * Pixels + r * kLanes);
    for (size_t f = 0; f < Filters; ++f) {
      const v128_t weight = wasm_v128_load32_splat(filter + f * depth + k);
      for (size_t r = 0; r < kRegisters; ++r)
        sums[f][r] = wasm_f32x4_add(sums[f][r], wasm_f32x4_mul(weight, values[r]));
    }
  }
  for (size_t f = 0; f < Filters; ++f) {
    if (pixels == Pixels) {
      for (size_t r = 0; r < kRegisters; ++r)
        wasm_v128_store(output + f * stride + r * kLanes, sums[f][r]);
    } else {
      const auto* values = reinterpret_cast<const float*>(sums[f]);
      std::copy_n(values, pixels, output + f * stride);
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
    multiply<Filters, Pixels>(of.K, filter + f * of.K, panel, pixels, output + f * of.OutputSize,
                              of.OutputSize);
  for (; f < of.FilterCount; ++f)
    multiply<1, Pixels>(of.K, filter + f * of.K, panel, pixels, output + f * of.OutputSize,
                        of.OutputSize);
}

/// All filters at all output pixels.
void convolve_directly(const MLAS_CONV_PARAMETERS& of, const float* input, const float* filter,
                       float* output) {
  size_t pixel = 0;
  for (; pixel + kWide <= of.OutputSize; pixel += kWide)
    convolve_pixels<2, kWide>(of, input, filter, pixel, output);
  for (; pixel < of.OutputSize; pixel += kLanes)
    convolve_pixels<6, kLanes>(of, input, filter, pixel, output);
}

// Winograd's F(2x2, 3x3), as in Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks"
// (2016): a 3x3 filter takes 16 multiplications for a tile of 2x2 pixels, in place of 36. The 4x4
// values that a tile sees and the filter are transformed to 4x4 values each, whose products, summed
// over the channels, are transformed to the pixels.

/// Values of a tile or a filter after its transformation.
constexpr size_t kTransformed = 16;

/// Filters at a time.
constexpr size_t kPair = 2;

/// The largest panels for all tiles, in tiles times channels: 64 KiB on the stack.
constexpr size_t kLargestPanels = 1024;

/// How many tiles there is room for in the panels.
size_t padded_tiles(const MLAS_CONV_PARAMETERS& of) {
  return (of.OutputSize / 4 + kWide - 1) / kWide * kWide;
}

/// Whether it is worth it: with strides of one, and not too many tiles for nothing in the last
/// panel.
bool suits_winograd(const MLAS_CONV_PARAMETERS& of) {
  const auto are = [](const size_t* pair, size_t value) {
    return pair[0] == value && pair[1] == value;
  };
  return are(of.KernelShape, 3) && are(of.StrideShape, 1) && are(of.DilationShape, 1) &&
         of.OutputShape[0] % 2 == 0 && of.OutputShape[1] % 2 == 0 &&
         of.InputChannels % kLanes == 0 && of.FilterCount % kPair == 0 &&
         2 * padded_tiles(of) <= 3 * (of.OutputSize / 4) &&
         padded_tiles(of) * of.InputChannels <= kLargestPanels;
}

/// Four values from four places.
v128_t gather(const float* a, const float* b, const float* c, const float* d) {
  v128_t lanes = wasm_v128_load32_zero(a);
  lanes = wasm_v128_load32_lane(b, lanes, 1);
  lanes = wasm_v128_load32_lane(c, lanes, 2);
  return wasm_v128_load32_lane(d, lanes, 3);
}

/// B^T d of four values that are `step` vectors apart, in place.
void transform_input(v128_t* d, size_t step) {
  const v128_t d1 = d[step], d2 = d[2 * step];
  d[0] = wasm_f32x4_sub(d[0], d2);
  d[step] = wasm_f32x4_add(d1, d2);
  d[2 * step] = wasm_f32x4_sub(d2, d1);
  d[3 * step] = wasm_f32x4_sub(d1, d[3 * step]);
}

/// G g of three values, to four, `step` vectors apart.
void transform_filter(const v128_t* g, v128_t* to, size_t step) {
  const v128_t half = wasm_f32x4_splat(0.5F);
  const v128_t outer = wasm_f32x4_mul(half, wasm_f32x4_add(g[0], g[2 * step]));
  const v128_t middle = wasm_f32x4_mul(half, g[step]);
  to[0] = g[0];
  to[step] = wasm_f32x4_add(outer, middle);
  to[2 * step] = wasm_f32x4_sub(outer, middle);
  to[3 * step] = g[2 * step];
}

/// A^T m of four sums, to two, `step` vectors apart.
void transform_sums(const v128_t* m, v128_t* to, size_t step) {
  to[0] = wasm_f32x4_add(m[0], wasm_f32x4_add(m[step], m[2 * step]));
  to[step] = wasm_f32x4_sub(wasm_f32x4_sub(m[step], m[2 * step]), m[3 * step]);
}

/// Where a tile begins in the input or output, whose rows are `width` values. Tiles beyond the last
/// are that again, so that all of a panel's can be written.
size_t corner_of(const MLAS_CONV_PARAMETERS& of, size_t tile, size_t width) {
  const size_t across = of.OutputShape[1] / 2;
  const size_t last = std::min(tile, of.OutputSize / 4 - 1);
  return last / across * 2 * width + last % across * 2;
}

/// Writes what the tiles of a panel see, from `first` on, as [16][channels][kWide].
void write_tiles(const MLAS_CONV_PARAMETERS& of, const float* input, size_t first, float* panels) {
  const size_t width = of.InputShape[1];
  for (size_t group = 0; group < kWide; group += kLanes) {
    const float* corners[kLanes];
    for (size_t lane = 0; lane < kLanes; ++lane)
      corners[lane] = input + corner_of(of, first + group + lane, width);
    for (size_t channel = 0; channel < of.InputChannels; ++channel) {
      v128_t d[kTransformed];
      for (size_t i = 0; i < kTransformed; ++i) {
        const size_t at = channel * of.InputSize + i / 4 * width + i % 4;
        d[i] = gather(corners[0] + at, corners[1] + at, corners[2] + at, corners[3] + at);
      }
      for (size_t x = 0; x < 4; ++x) transform_input(d + x, 4);
      for (size_t y = 0; y < 4; ++y) transform_input(d + 4 * y, 1);
      for (size_t i = 0; i < kTransformed; ++i)
        wasm_v128_store(panels + (i * of.InputChannels + channel) * kWide + group, d[i]);
    }
  }
}

/// Writes a pair of filters as [16][2][channels].
void write_filters(const MLAS_CONV_PARAMETERS& of, const float* filter, float* transformed) {
  for (size_t i = 0; i < kPair * of.InputChannels; i += kLanes) {
    v128_t g[9], rows[12], u[kTransformed];
    for (size_t k = 0; k < 9; ++k) {
      const float* at = filter + i * 9 + k;
      g[k] = gather(at, at + 9, at + 18, at + 27);
    }
    for (size_t x = 0; x < 3; ++x) transform_filter(g + x, rows + x, 3);
    for (size_t y = 0; y < 4; ++y) transform_filter(rows + 3 * y, u + 4 * y, 1);
    for (size_t k = 0; k < kTransformed; ++k)
      wasm_v128_store(transformed + k * kPair * of.InputChannels + i, u[k]);
  }
}

/// Writes the pixels of all tiles of a filter, whose sums are [16][2][tiles]. `corners`: where in
/// the output each tile begins.
void write_pixels(const float* sums, size_t tiles, const size_t* corners, size_t width,
                  float* output) {
  for (size_t tile = 0; tile < tiles; tile += kLanes) {
    v128_t m[kTransformed], rows[8];
    for (size_t i = 0; i < kTransformed; ++i)
      m[i] = wasm_v128_load(sums + i * kPair * tiles + tile);
    for (size_t x = 0; x < 4; ++x) transform_sums(m + x, rows + x, 4);
    for (size_t y = 0; y < 2; ++y) {
      v128_t pixels[2];
      transform_sums(rows + 4 * y, pixels, 1);
      const v128_t first = wasm_i32x4_shuffle(pixels[0], pixels[1], 0, 4, 1, 5);
      const v128_t last = wasm_i32x4_shuffle(pixels[0], pixels[1], 2, 6, 3, 7);
      float* row = output + y * width;
      wasm_v128_store64_lane(row + corners[tile], first, 0);
      wasm_v128_store64_lane(row + corners[tile + 1], first, 1);
      wasm_v128_store64_lane(row + corners[tile + 2], last, 0);
      wasm_v128_store64_lane(row + corners[tile + 3], last, 1);
    }
  }
}

/// The same by Winograd's tiles, where they suit.
void convolve_tiles(const MLAS_CONV_PARAMETERS& of, const float* input, const float* filter,
                    float* output) {
  const size_t channels = of.InputChannels, tiles = padded_tiles(of);
  size_t corners[kLargestPanels / kLanes];
  for (size_t tile = 0; tile < tiles; ++tile)
    corners[tile] = corner_of(of, tile, of.OutputShape[1]);
  alignas(16) float panels[kTransformed * kLargestPanels];
  alignas(16) float transformed[kTransformed * kPair * kLargestPanels / kWide];
  alignas(16) float sums[kTransformed * kPair * kLargestPanels / kLanes];
  for (size_t tile = 0; tile < tiles; tile += kWide)
    write_tiles(of, input, tile, panels + kTransformed * channels * tile);
  for (size_t f = 0; f < of.FilterCount; f += kPair) {
    write_filters(of, filter + f * of.K, transformed);
    for (size_t i = 0; i < kTransformed; ++i) {
      for (size_t tile = 0; tile < tiles; tile += kWide) {
        const float* panel = panels + channels * (kTransformed * tile + i * kWide);
        multiply<kPair, kWide>(channels, transformed + i * kPair * channels, panel, kWide,
                               sums + i * kPair * tiles + tile, tiles);
      }
    }
    for (size_t k = 0; k < kPair; ++k)
      write_pixels(sums + k * tiles, tiles, corners, of.OutputShape[1],
                   output + (f + k) * of.OutputSize);
  }
}

/// Adds each filter's bias and applies the activation. ReLU, the usual one, is here: MlasActivation
/// is 10 KB of code, which a browser compiles when it is first called.
void activate(const MLAS_CONV_PARAMETERS& of, const float* bias, float* output) {
  if (of.Activation->ActivationKind != MlasReluActivation)
    return MlasActivation(of.Activation, output, bias, of.FilterCount, of.OutputSize,
                          of.OutputSize);
  for (size_t f = 0; f < of.FilterCount; ++f) {
    const float added = bias ? bias[f] : 0;
    for (size_t i = 0; i < of.OutputSize; ++i, ++output) *output = std::max(*output + added, 0.0F);
  }
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
    if (suits_winograd(of)) {
      convolve_tiles(of, input, filter, output);
    } else {
      convolve_directly(of, input, filter, output);
    }
    activate(of, bias, output);
    input += of.InputChannels * of.InputSize;
    output += of.FilterCount * of.OutputSize;
  }
}
