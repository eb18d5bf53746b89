#pragma once

#include "train/evaluation/finished_run.h"

namespace numeral {

/// The pictures on which a model's confidence is calibrated: first the validation pictures, then,
/// where drawn digits were trained (Augmentation::kDigits), as many drawn ones, of every digit the
/// same number, which no training has seen. The validation pictures alone are all in one style, of
/// which the model is surer than of what people draw.
Examples calibration_set(const FinishedRun& run);

}  // namespace numeral
