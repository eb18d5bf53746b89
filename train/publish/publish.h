#pragma once

#include "train/evaluation/finished_run.h"
#include "train/publish/publish_settings.h"

namespace numeral {

/// Publishes the network of a finished run: writes NAME.onnx, NAME.ort, the weights as they were
/// trained (NAME.safetensors), the model card NAME.json, pictures of the test set for the page
/// (NAME-samples.json), and the run's report to the output folder.
///
/// Before any file there is replaced, the exported model must give libtorch's probabilities on
/// validation pictures (within 1e-5), and the new files must load and recognise the test set. The
/// test set is used here and nowhere else.
///
/// Throws std::runtime_error with a message of one line; the published files are then still the old
/// ones, unless the last step, moving the files, fails half-way. The card is moved last, and its
/// SHA-256 sums do not fit a mixture of old and new files.
void publish(const FinishedRun& run, const PublishSettings& settings);

}  // namespace numeral
