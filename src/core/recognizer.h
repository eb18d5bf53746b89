#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "core/error.h"
#include "core/model_card.h"
#include "core/onnxruntime_handle.h"
#include "core/preprocess.h"

namespace numeral {

/// What the recogniser makes of one picture.
struct Recognition {
  int digit = 0;                     ///< the most probable class, an index into the card's labels
  float confidence = 0;              ///< its probability
  bool accepted = false;             ///< whether the confidence reaches the card's threshold
  std::vector<float> probabilities;  ///< one a label, together 1
  NetworkInput input{};              ///< the picture the network saw
};

/// A loaded network, ready to be asked. Not for use by several threads at once.
class Recognizer {
 public:
  /// Loads a model in ONNX Runtime's ORT format (natively, ONNX serves as well). The bytes are
  /// copied. Fails where they are no such model, or its input and output are not the card's.
  static Result<Recognizer> create(ModelCard card, std::span<const std::byte> model);

  /// Preprocesses a picture as the card says and recognises it; nothing where it is blank.
  Result<std::optional<Recognition>> recognize(const GrayImage& image);

  /// Recognises a picture that is preprocessed already.
  Result<Recognition> recognize(const NetworkInput& input);

  const ModelCard& card() const { return card_; }

 private:
  Recognizer(ModelCard card, OrtSessionHandle session);

  ModelCard card_;
  OrtSessionHandle session_;
};

}  // namespace numeral
