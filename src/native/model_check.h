#pragma once

#include "core/error.h"
#include "core/model_card.h"
#include "native/ort_model.h"

namespace numeral {

/// Checks that a model in ORT format is consistent and fits its card: every name and node that it
/// refers to exists, initializers have the size that their shape implies, the edges match the
/// names, the graph has no cycles, input and output are the card's, and all operators are on the
/// card and have valid attributes. The native ONNX Runtime trusts ORT files in all of this, and can
/// crash. Fails with the first thing that is wrong.
Result<void> check_model(const OrtModel& model, const ModelCard& card);

/// Checks only the attributes of the nodes. This is enough for a model in ONNX format: ONNX Runtime
/// itself checks the rest.
Result<void> check_attributes(const std::vector<OrtNode>& nodes);

}  // namespace numeral
