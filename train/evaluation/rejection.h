#pragma once

#include <span>
#include <vector>

#include "core/recognizer.h"
#include "native/idx.h"
#include "train/evaluation/results.h"

namespace numeral {

/// The share of pictures that `recognizer` rejects: for each kind of negative (see NegativeKind),
/// `sample` pictures that it was not trained with. Those of several digits are made of the pictures
/// `indices` of `digits`. The same model always gets the same pictures. Fails where a font is
/// missing or the model cannot be run.
Result<std::vector<RejectionRate>> rejection_rates(Recognizer& recognizer, const IdxDataset& digits,
                                                   std::span<const std::size_t> indices,
                                                   int sample = 500);

}  // namespace numeral
