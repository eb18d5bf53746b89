#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include "core/error.h"
#include "native/idx.h"
#include "core/preprocess.h"

namespace numeral {

/// Pictures as the network sees them, with their classes.
struct Examples {
  torch::Tensor images;  ///< float32 [n, 1, 28, 28], 0 to 1
  torch::Tensor labels;  ///< int64 [n]

  std::int64_t count() const { return labels.size(0); }
};

/// Room for `count` examples, to be filled by `set_example`.
Examples make_examples(std::int64_t count);

/// Makes `input`, of class `label`, example `index`. Several threads may each set their own.
void set_example(Examples& examples, std::int64_t index, const NetworkInput& input, int label);

/// Which pictures of a data set train the network and which choose the best epoch.
struct Split {
  std::vector<std::size_t> train;
  std::vector<std::size_t> validation;
};

/// Sets aside `validation` of `count` pictures, drawn at random by `seed`. The same seed gives
/// the same split on every machine. `validation` must be less than `count`.
Split split_at_random(std::size_t count, std::size_t validation, std::uint64_t seed);

/// The pictures `indices` of `dataset`, brought through the recogniser's own preprocessing.
/// Fails on a blank picture; the message names it.
Result<Examples> preprocess_examples(const IdxDataset& dataset,
                                     const std::vector<std::size_t>& indices, InputMode input_mode);

}  // namespace numeral
