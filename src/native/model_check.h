#pragma once

#include "core/error.h"
#include "core/model_card.h"
#include "native/ort_model.h"

namespace numeral {

/// Whether a model hangs together and fits its card: names and nodes that it mentions exist, data
/// are as long as their shapes say, edges are those that the names make, input and output are the
/// card's, operators are among the card's and have settings that they can work with. The native
/// ONNX Runtime takes all of that for granted in ORT format. Fails with what is wrong first.
Result<void> check_model(const OrtModel& model, const ModelCard& card);

/// Of that, whether the nodes have settings that they can work with: all that has to be checked of
/// a model in ONNX format, which ONNX Runtime itself checks for the rest.
Result<void> check_settings(const std::vector<OrtNode>& nodes);

}  // namespace numeral
