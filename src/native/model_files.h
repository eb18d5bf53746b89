#pragma once

#include <filesystem>

#include "core/error.h"
#include "core/recognizer.h"
#include "native/model_card_json.h"

namespace numeral {

/// Reads a model card, with all that its file says. The message of a failure names the file.
Result<ModelCardFile> load_model_card(const std::filesystem::path& path);

/// Loads a recogniser from a model file (ONNX format where it ends in `.onnx`, else ORT format) and
/// the model card beside it, which has the same name with the ending `.json`. Fails where either is
/// missing or broken, or the model's SHA-256 is not the card's; the message names the file.
///
///     auto recognizer = load_recognizer("model/digits.ort");
///     auto image = load_image_file("2026.png");             // native/image_file.h
///     auto reading = read_number(*recognizer, *image);      // core/number.h
///     std::puts((*reading)->text(recognizer->card()).c_str());
Result<Recognizer> load_recognizer(const std::filesystem::path& model);

}  // namespace numeral
