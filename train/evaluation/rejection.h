#pragma once

#include <span>
#include <vector>

#include "native/idx.h"
#include "core/recognizer.h"
#include "train/evaluation/results.h"

namespace numeral {

/// How many pictures of each kind of negative (see negatives.h) `recognizer` does not stand by, of
/// `sample` each. They are other ones than the network was trained with: numbers are put together
/// from the pictures `indices` of `digits`, and all are drawn from a stream of their own.
Result<std::vector<RejectionRate>> rejection_rates(Recognizer& recognizer, const IdxDataset& digits,
                                                  std::span<const std::size_t> indices,
                                                  int sample = 500);

}  // namespace numeral
