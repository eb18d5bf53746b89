// Compares MlasConv, mostly onnxruntime_wasm/library/convolution.cc, with the definition of a
// convolution. Fails if any result differs.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

#include "core/mlas/inc/mlas.h"

namespace {

struct Case {
  const char* what;
  std::size_t batch = 1, groups = 1, channels = 1, height = 0, width = 0, filters = 1;
  std::size_t kernel_height = 3, kernel_width = 3, stride = 1, dilation = 1, padding = 0;
  bool has_bias = true, relu = true;

  std::size_t extent(std::size_t size, std::size_t kernel) const {
    return (size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
  }
  std::size_t output_height() const { return extent(height, kernel_height); }
  std::size_t output_width() const { return extent(width, kernel_width); }
  std::size_t inputs() const { return batch * groups * channels * height * width; }
  std::size_t outputs() const {
    return batch * groups * filters * output_height() * output_width();
  }
  std::size_t weights() const { return groups * filters * channels * kernel_height * kernel_width; }
};

using Values = std::vector<float>;

Values random_values(std::size_t count, std::mt19937& random) {
  std::uniform_real_distribution<float> uniform(-1, 1);
  Values values(count);
  for (float& value : values) value = uniform(random);
  return values;
}

/// One value of the output, by the definition of a convolution.
double expected_at(const Case& of, const Values& input, const Values& filter, std::size_t plane,
                   std::size_t filter_index, std::size_t y, std::size_t x) {
  double sum = 0;
  for (std::size_t c = 0; c < of.channels; ++c)
    for (std::size_t ky = 0; ky < of.kernel_height; ++ky)
      for (std::size_t kx = 0; kx < of.kernel_width; ++kx) {
        // Coordinates before the input wrap to very large values.
        const std::size_t row = y * of.stride + ky * of.dilation - of.padding;
        const std::size_t column = x * of.stride + kx * of.dilation - of.padding;
        if (row >= of.height || column >= of.width) continue;
        sum += double(input[((plane * of.channels + c) * of.height + row) * of.width + column]) *
               filter[((filter_index * of.channels + c) * of.kernel_height + ky) * of.kernel_width +
                      kx];
      }
  return sum;
}

Values convolved(const Case& of, const Values& input, const Values& filter, const Values& bias) {
  const auto dimensions = [](std::size_t height, std::size_t width) {
    return std::vector<std::int64_t>{std::int64_t(height), std::int64_t(width)};
  };
  const auto input_shape = dimensions(of.height, of.width);
  const auto kernel_shape = dimensions(of.kernel_height, of.kernel_width);
  const auto dilation = dimensions(of.dilation, of.dilation);
  const std::vector<std::int64_t> padding(4, std::int64_t(of.padding));
  const auto stride = dimensions(of.stride, of.stride);
  const auto output_shape = dimensions(of.output_height(), of.output_width());
  MLAS_ACTIVATION activation{};
  activation.ActivationKind = of.relu ? MlasReluActivation : MlasIdentityActivation;

  MLAS_CONV_PARAMETERS parameters{};
  std::size_t working_values = 0;
  MlasConvPrepare(&parameters, 2, of.batch, of.groups, of.channels, input_shape.data(),
                  kernel_shape.data(), dilation.data(), padding.data(), stride.data(),
                  output_shape.data(), of.filters, &activation, &working_values, 0.0f, nullptr);
  Values working(working_values), output(of.outputs(), NAN);
  MlasConv(&parameters, input.data(), filter.data(), of.has_bias ? bias.data() : nullptr,
           working.data(), output.data(), nullptr);
  return output;
}

/// Whether all of the output is correct; prints the first difference.
bool passes(const Case& of, std::mt19937& random) {
  const Values input = random_values(of.inputs(), random);
  const Values filter = random_values(of.weights(), random);
  const Values bias = random_values(of.groups * of.filters, random);
  const Values output = convolved(of, input, filter, bias);
  std::size_t at = 0;
  for (std::size_t plane = 0; plane < of.batch * of.groups; ++plane)
    for (std::size_t f = 0; f < of.filters; ++f)
      for (std::size_t y = 0; y < of.output_height(); ++y)
        for (std::size_t x = 0; x < of.output_width(); ++x, ++at) {
          const std::size_t filter_index = plane % of.groups * of.filters + f;
          double expected = expected_at(of, input, filter, plane, filter_index, y, x);
          if (of.has_bias) expected += bias[filter_index];
          if (of.relu) expected = std::max(expected, 0.0);
          if (std::abs(output[at] - expected) < 1e-4) continue;
          std::printf("FAILED: %s: filter %zu at (%zu, %zu): expected %g, found %g\n", of.what, f,
                      x, y, expected, double(output[at]));
          return false;
        }
  return true;
}

}  // namespace

int main() {
  const std::vector<Case> cases{
      {.what = "first layer", .height = 28, .width = 28, .filters = 16},
      {.what = "stride 2", .channels = 16, .height = 26, .width = 26, .filters = 32, .stride = 2},
      {.what = "rows of 10", .channels = 32, .height = 12, .width = 12, .filters = 48},
      {.what = "tiles of two by two pixels",
       .channels = 48,
       .height = 10,
       .width = 10,
       .filters = 64},
      {.what = "tiles of several pictures",
       .batch = 3,
       .channels = 8,
       .height = 16,
       .width = 10,
       .filters = 6},
      {.what = "the most tiles", .channels = 4, .height = 34, .width = 34, .filters = 2},
      {.what = "more tiles", .channels = 4, .height = 34, .width = 36, .filters = 2},
      {.what = "the fewest tiles", .channels = 4, .height = 4, .width = 24, .filters = 2},
      {.what = "an odd width", .channels = 4, .height = 10, .width = 11, .filters = 2},
      {.what = "an odd height", .channels = 4, .height = 11, .width = 10, .filters = 2},
      {.what = "two by two", .channels = 64, .height = 4, .width = 4, .filters = 96},
      {.what = "an odd number of filters", .channels = 3, .height = 9, .width = 9, .filters = 7},
      {.what = "fewer pixels than a register",
       .channels = 5,
       .height = 3,
       .width = 5,
       .filters = 9},
      {.what = "one pixel", .channels = 5, .height = 3, .width = 3, .filters = 9},
      {.what = "one row", .channels = 2, .height = 3, .width = 25, .filters = 2},
      {.what = "several pictures",
       .batch = 3,
       .channels = 4,
       .height = 7,
       .width = 8,
       .filters = 5},
      {.what = "dilation", .channels = 4, .height = 11, .width = 10, .filters = 5, .dilation = 2},
      {.what = "a long kernel",
       .channels = 3,
       .height = 9,
       .width = 12,
       .filters = 4,
       .kernel_height = 2,
       .kernel_width = 5},
      {.what = "no bias", .channels = 4, .height = 8, .width = 8, .filters = 4, .has_bias = false},
      {.what = "no activation",
       .channels = 4,
       .height = 8,
       .width = 8,
       .filters = 4,
       .relu = false},
      {.what = "the largest patch of ours", .channels = 113, .height = 6, .width = 6, .filters = 3},
      {.what = "a larger patch", .channels = 114, .height = 6, .width = 6, .filters = 3},
      {.what = "padding", .channels = 4, .height = 8, .width = 8, .filters = 6, .padding = 1},
      {.what = "groups", .groups = 2, .channels = 3, .height = 8, .width = 8, .filters = 4},
      {.what = "one by one",
       .channels = 6,
       .height = 5,
       .width = 5,
       .filters = 4,
       .kernel_height = 1,
       .kernel_width = 1},
  };
  std::mt19937 random(1);
  std::size_t failed = 0;
  for (const Case& each : cases) failed += passes(each, random) ? 0 : 1;
  std::printf("%zu of %zu convolutions right\n", cases.size() - failed, cases.size());
  return failed == 0 ? 0 : 1;
}
