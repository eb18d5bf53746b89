// What JavaScript calls: the recogniser behind a plain C interface. A handle stands for one
// recogniser and its latest answer; pointers into an answer hold until the next call.
// web/numeral.js is the other side of it.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>

#include "predicted_line.h"
#include "recognizer.h"

namespace {

struct Handle {
  numeral::Recognizer recognizer;
  numeral::Recognition answer;
};

enum Status { kRecognized = 0, kBlank = 1, kFailed = 2 };

std::string last_error;  // NOLINT(cert-err58-cpp): an empty string does not throw

}  // namespace

extern "C" {

void* numeral_allocate(std::size_t bytes) { return std::malloc(bytes); }

void numeral_free(void* memory) { std::free(memory); }

/// What went wrong in the latest call that failed.
const char* numeral_last_error() { return last_error.c_str(); }

/// Makes a recogniser from a model card (JSON) and a model (ORT format); null where it cannot.
Handle* numeral_create(const char* card, std::size_t card_bytes, const std::byte* model,
                       std::size_t model_bytes) {
  auto parsed = numeral::parse_model_card({card, card_bytes});
  if (!parsed) {
    last_error = parsed.error().message;
    return nullptr;
  }
  auto recognizer = numeral::Recognizer::create(std::move(*parsed), {model, model_bytes});
  if (!recognizer) {
    last_error = recognizer.error().message;
    return nullptr;
  }
  return new Handle{std::move(*recognizer), {}};
}

void numeral_destroy(Handle* handle) { delete handle; }

/// Recognises width * height * 4 bytes of RGBA, as in ImageData.
Status numeral_recognize(Handle* handle, const std::uint8_t* rgba, int width, int height) {
  const std::size_t bytes = std::size_t(width) * height * 4;
  auto answer = handle->recognizer.recognize(numeral::to_luminance({{rgba, bytes}, width, height}));
  if (!answer) {
    last_error = answer.error().message;
    return kFailed;
  }
  if (!*answer) return kBlank;
  handle->answer = std::move(**answer);
  return kRecognized;
}

int numeral_digit(const Handle* handle) { return handle->answer.digit; }

float numeral_confidence(const Handle* handle) { return handle->answer.confidence; }

bool numeral_accepted(const Handle* handle) { return handle->answer.accepted; }

int numeral_class_count(const Handle* handle) {
  return static_cast<int>(handle->answer.probabilities.size());
}

const float* numeral_probabilities(const Handle* handle) {
  return handle->answer.probabilities.data();
}

/// The 28x28 picture that the network saw.
const float* numeral_input(const Handle* handle) { return handle->answer.input.data(); }

/// Prints the latest answer to the console.
void numeral_announce(const Handle* handle) {
  std::puts(numeral::predicted_line(handle->recognizer.card(), handle->answer.digit).c_str());
}

}  // extern "C"
