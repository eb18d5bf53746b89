#include "train/data/examples.h"

#include <algorithm>
#include <numeric>

#include "train/base/random.h"

namespace numeral {

Examples make_examples(std::int64_t count) {
  return {torch::empty({count, 1, kInputSize, kInputSize}), torch::empty({count}, torch::kInt64)};
}

void set_example(Examples& examples, std::int64_t index, const Example& example) {
  const NetworkInput& input = example.input;
  float* pixels = examples.images.data_ptr<float>() + index * std::int64_t(input.size());
  std::copy(input.begin(), input.end(), pixels);
  examples.labels.data_ptr<std::int64_t>()[index] = example.label;
}

Split split_at_random(std::size_t count, std::size_t validation, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  random.shuffle(order);
  const auto boundary = order.begin() + static_cast<std::ptrdiff_t>(validation);
  Split split{{boundary, order.end()}, {order.begin(), boundary}};
  std::sort(split.train.begin(), split.train.end());
  std::sort(split.validation.begin(), split.validation.end());
  return split;
}

Result<Examples> preprocess_examples(const IdxDataset& dataset,
                                     const std::vector<std::size_t>& indices,
                                     InputMode input_mode) {
  Examples examples = make_examples(static_cast<std::int64_t>(indices.size()));
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const std::optional<NetworkInput> input = preprocess(dataset.image(indices[i]), input_mode);
    if (!input) return fail("picture " + std::to_string(indices[i]) + " of the data set is blank");
    set_example(examples, static_cast<std::int64_t>(i), {*input, dataset.labels[indices[i]]});
  }
  return examples;
}

}  // namespace numeral
