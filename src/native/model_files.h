#pragma once

#include <filesystem>

#include "core/error.h"
#include "core/recognizer.h"

namespace numeral {

/// Loads a recogniser from a model file (ORT format, or ONNX by the ending `.onnx`) and the
/// model card beside it, which has the same name with the ending `.json`. Fails where either is
/// missing or broken, or the model is not the one that the card's SHA-256 names.
Result<Recognizer> load_recognizer(const std::filesystem::path& model);

}  // namespace numeral
