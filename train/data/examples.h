#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include "core/error.h"
#include "core/preprocess.h"
#include "native/idx.h"

namespace numeral {

/// One picture as the network sees it, with its class.
struct Example {
  NetworkInput input = {};
  int label = 0;
};

/// A batch of examples.
struct Examples {
  torch::Tensor images;  ///< float32 [n, 1, 28, 28], 0 to 1
  torch::Tensor labels;  ///< int64 [n]

  std::int64_t count() const { return labels.size(0); }
};

/// A batch of `count` examples, uninitialised: `set_example` fills them in.
Examples make_examples(std::int64_t count);

/// Sets number `index` of `examples`. Several threads may set different ones at the same time.
void set_example(Examples& examples, std::int64_t index, const Example& example);

/// A data set split in two: the pictures to train on and those that choose the best epoch, as
/// ascending indices.
struct Split {
  std::vector<std::size_t> train;
  std::vector<std::size_t> validation;
};

/// Draws `validation` of `count` pictures at random for validation; the rest is for training. The
/// same `seed` gives the same split on every machine. `validation` must be less than `count`.
Split split_at_random(std::size_t count, std::size_t validation, std::uint64_t seed);

/// The pictures `indices` of `dataset`, preprocessed as the recogniser does, without augmentation.
/// Fails on a blank picture; the message names it.
Result<Examples> preprocess_examples(const IdxDataset& dataset,
                                     const std::vector<std::size_t>& indices, InputMode input_mode);

}  // namespace numeral
