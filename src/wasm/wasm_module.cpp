// What JavaScript calls: the recogniser behind a plain C interface. A handle stands for one
// recogniser and what it has read latest: one digit or several, counted from 0. Pointers into that
// hold until the next call. web/numeral.js is the other side of it.

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>

#include "photo/jpeg_scans.h"
#include "core/number.h"
#include "photo/clean_photo.h"
#include "photo/photo_downscaler.h"
#include "photo/image_header.h"
#include "core/predicted_line.h"

namespace {

struct Handle {
  numeral::Recognizer recognizer;
  numeral::Number number;

  const numeral::Recognition& answer(int digit) const { return number.digits[digit].answer; }
};

enum Status { kRecognized = 0, kBlank = 1, kFailed = 2 };

std::string last_error;  // NOLINT(cert-err58-cpp): an empty string does not throw

/// Keeps what was read for the functions that ask about it.
Status keep(Handle& handle, numeral::Result<std::optional<numeral::Number>> number) {
  if (!number) {
    last_error = number.error().message;
    return kFailed;
  }
  if (!*number) return kBlank;
  handle.number = std::move(**number);
  return kRecognized;
}

numeral::GrayImage picture(const std::uint8_t* rgba, int width, int height) {
  const std::size_t bytes = std::size_t(width) * height * 4;
  return numeral::to_luminance({{rgba, bytes}, width, height});
}

/// A photograph that arrives in bands of rows, then what is left of it when it is clean.
struct Photo {
  numeral::PhotoDownscaler shrinker;
  int width = 0;
  numeral::GrayImage clean;
  std::vector<std::uint8_t> rgba;  ///< of the clean picture
};

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

/// Recognises width * height * 4 bytes of RGBA, as in ImageData, as one digit.
Status numeral_recognize(Handle* handle, const std::uint8_t* rgba, int width, int height) {
  return keep(*handle, numeral::read_as_one(handle->recognizer, picture(rgba, width, height)));
}

/// Reads them as a number, of one digit or several.
Status numeral_read(Handle* handle, const std::uint8_t* rgba, int width, int height) {
  return keep(*handle, numeral::read_number(handle->recognizer, picture(rgba, width, height)));
}

int numeral_digit_count(const Handle* handle) {
  return static_cast<int>(handle->number.digits.size());
}

/// Where a digit stands on the picture: left, top, right, bottom.
const numeral::Box* numeral_box(const Handle* handle, int digit) {
  return &handle->number.digits[digit].box;
}

int numeral_digit(const Handle* handle, int digit) { return handle->answer(digit).digit; }

float numeral_confidence(const Handle* handle, int digit) {
  return handle->answer(digit).confidence;
}

bool numeral_accepted(const Handle* handle, int digit) { return handle->answer(digit).accepted; }

int numeral_class_count(const Handle* handle) {
  return static_cast<int>(handle->recognizer.card().labels.size());
}

const float* numeral_probabilities(const Handle* handle, int digit) {
  return handle->answer(digit).probabilities.data();
}

/// The 28x28 picture that the network saw.
const float* numeral_input(const Handle* handle, int digit) {
  return handle->answer(digit).input.data();
}

/// Prints what was read to the console.
void numeral_announce(const Handle* handle) {
  std::puts(numeral::predicted_line(handle->recognizer.card(), handle->number).c_str());
}

/// Width and height that the start of a picture file names, and whether they are more than a
/// photograph may have; null where it names none.
const std::uint32_t* numeral_picture_size(const std::uint8_t* file_start, std::size_t bytes) {
  static std::array<std::uint32_t, 3> found;
  const auto size = numeral::read_image_size({file_start, bytes});
  if (!size) return nullptr;
  const bool has_pixels = size->width > 0 && size->height > 0;
  found = {size->width, size->height, has_pixels && !numeral::fits(*size)};
  return found.data();
}

/// Whether a JPEG file is gone over more often than is any good. Its bytes arrive piece by piece.
bool numeral_has_too_many_scans(const std::uint8_t* piece, std::size_t bytes, bool is_first) {
  static numeral::JpegScans scans;
  if (is_first) scans = {};
  scans.add({piece, bytes});
  return scans.are_too_many();
}

/// Begins a photograph of a size in pixels; null where it is too large.
Photo* numeral_photo_create(int width, int height) {
  auto shrinker = numeral::PhotoDownscaler::create(width, height);
  if (!shrinker) {
    last_error = shrinker.error().message;
    return nullptr;
  }
  return new Photo{std::move(*shrinker), width, {}, {}};
}

void numeral_photo_destroy(Photo* photo) { delete photo; }

/// Takes the next rows of it, RGBA as in ImageData; false where it has no more.
bool numeral_photo_add(Photo* photo, const std::uint8_t* rgba, int rows) {
  const std::size_t bytes = std::size_t(photo->width) * rows * 4;
  const auto added = photo->shrinker.add({{rgba, bytes}, photo->width, rows});
  if (!added) last_error = added.error().message;
  return added.has_value();
}

/// Cleans it once all rows are there.
bool numeral_photo_clean(Photo* photo) {
  const auto small = photo->shrinker.finish();
  if (!small) {
    last_error = small.error().message;
    return false;
  }
  photo->clean = numeral::clean_photo(*small);
  photo->rgba = numeral::to_rgba(photo->clean);
  return true;
}

int numeral_photo_width(const Photo* photo) { return photo->clean.width; }

int numeral_photo_height(const Photo* photo) { return photo->clean.height; }

const std::uint8_t* numeral_photo_pixels(const Photo* photo) { return photo->rgba.data(); }

}  // extern "C"
