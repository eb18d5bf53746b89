#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/model_card.h"
#include "core/preprocess.h"
#include "core/session.h"
#include "core/teaching/lessons.h"

namespace numeral {

/// The answer for one image.
struct Recognition {
  int digit = 0;                     ///< the most probable class, an index into the card's labels
  float confidence = 0;              ///< its probability, 0 to 1
  bool accepted = false;             ///< confidence >= the card's accept_threshold
  std::vector<float> probabilities;  ///< one per label; they add up to 1
  NetworkInput input{};              ///< what the network saw
};

/// A loaded model. Threads must not use the same recogniser at the same time. To load one from
/// files, see native/model_files.h.
class Recognizer {
 public:
  /// Loads a model in ONNX Runtime's ORT format (natively, ONNX works as well). The bytes are
  /// copied. Fails where they are not a model, or its input and output are not the card's.
  /// The native ONNX Runtime trusts the contents of ORT files: load_recognizer checks them first.
  static Result<Recognizer> create(ModelCard card, std::span<const std::byte> model);

  /// Preprocesses an image with the card's input mode and recognises it; nothing where it is blank.
  /// Fails only where ONNX Runtime does (out of memory, say).
  Result<std::optional<Recognition>> recognize(const GrayImage& image);

  /// The same for an image that is already preprocessed.
  Result<Recognition> recognize(const NetworkInput& input);

  /// Corrects its answers by lessons of the same model from now on; nothing: no longer. With
  /// lessons it needs twice the memory.
  void set_lessons(std::optional<Lessons> lessons) { lessons_ = std::move(lessons); }

  /// Null where it has none.
  Lessons* lessons() { return lessons_ ? &*lessons_ : nullptr; }

  const ModelCard& card() const { return card_; }

 private:
  Recognizer(ModelCard card, Session session);

  /// What the model alone makes of an input.
  Result<std::vector<float>> run(NetworkInput input);

  ModelCard card_;
  Session session_;
  std::optional<Lessons> lessons_;
};

}  // namespace numeral
