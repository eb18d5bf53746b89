// What JavaScript calls: recogniser and photo cleaner behind a plain C interface. A handle stands
// for one recogniser and what it read last; lines, and the digits of a line, count from 0. A
// pointer to a result is valid until the next call. The callers: web/wasm-module.js, numeral.js and
// photo-cleaner.js.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/activations.h"
#include "core/explanation/layers_json.h"
#include "core/explanation/occlusion.h"
#include "core/number.h"
#include "core/predicted_line.h"
#include "core/strokes.h"
#include "photo/image_header.h"
#include "photo/jpeg_scans.h"
#include "photo/photo_downscaler.h"
#include "photo/read_picture.h"

namespace {

struct Handle {
  numeral::Recognizer recognizer;
  numeral::Reading reading;
  numeral::ReadOptions options;
  std::vector<numeral::Alternative> alternatives;  ///< those of `reading`
  std::string text;  ///< of a line or of layers, for the latest call that asked for it
  std::optional<numeral::ActivationModel> layers;  ///< once somebody looks inside

  const numeral::Recognition& answer(int line, int digit) const {
    return reading.lines[line].digits[digit].answer;
  }
};

enum Status { kRecognized = 0, kBlank = 1, kFailed = 2 };

// NOLINTBEGIN(cert-err58-cpp): what is empty does not throw
std::string last_error;
std::vector<numeral::CardEntry> card_entries;  ///< of the next recogniser's card
// NOLINTEND(cert-err58-cpp)

/// Keeps a reading for the functions that ask about it.
Status keep(Handle& handle, numeral::Result<std::optional<numeral::Reading>> reading) {
  if (!reading) {
    last_error = reading.error().message;
    return kFailed;
  }
  if (!*reading) return kBlank;
  handle.reading = std::move(**reading);
  handle.alternatives = handle.reading.alternatives(handle.options.alternatives);
  return kRecognized;
}

numeral::GrayImage picture(const std::uint8_t* rgba, int width, int height) {
  const std::size_t bytes = std::size_t(width) * height * 4;
  return numeral::to_luminance({{rgba, bytes}, width, height});
}

/// The same, scaled down for read_picture.
numeral::Result<numeral::Picture> scaled(const std::uint8_t* rgba, int width, int height) {
  auto downscaler = numeral::PhotoDownscaler::create(width, height);
  if (!downscaler) return tl::unexpected(downscaler.error());
  const std::size_t bytes = std::size_t(width) * height * 4;
  const auto added = downscaler->add({{rgba, bytes}, width, height});
  if (!added) return tl::unexpected(added.error());
  auto image = downscaler->finish();
  if (!image) return tl::unexpected(image.error());
  return numeral::Picture{std::move(*image), width, height, std::nullopt};
}

/// Reads the numbers in a picture, which may be a photograph.
numeral::Result<std::optional<numeral::Reading>> read(Handle& handle, const std::uint8_t* rgba,
                                                      int width, int height) {
  const bool is_small = std::max(width, height) <= numeral::PhotoDownscaler::kMaxSide;
  const auto found = is_small ? numeral::Picture{picture(rgba, width, height), width, height, {}}
                              : scaled(rgba, width, height);
  if (!found) return tl::unexpected(found.error());
  return numeral::read_picture(handle.recognizer, *found, handle.options);
}

/// A photograph that arrives in bands of rows, and the clean picture made of it.
struct Photo {
  numeral::PhotoDownscaler downscaler;
  int width = 0;
  numeral::GrayImage original;  ///< scaled down
  numeral::CleanPhoto clean;
  std::vector<std::uint8_t> original_rgba, clean_rgba;
};

/// What the chunks of a picture file have told so far; JavaScript reads it as five numbers.
struct Inspection {
  std::uint32_t width = 0, height = 0;  ///< 0 where the file names none
  std::uint32_t is_too_large = 0;       ///< more pixels than a photograph may have
  std::uint32_t is_endless = 0;         ///< a JPEG with more scans than any picture needs
  std::uint32_t is_decided = 0;         ///< later chunks change nothing
};

}  // namespace

extern "C" {

void* numeral_allocate(std::size_t bytes) { return std::malloc(bytes); }

void numeral_free(void* memory) { std::free(memory); }

/// What went wrong in the latest call that failed.
const char* numeral_last_error() { return last_error.c_str(); }

/// Adds one entry to the model card that numeral_create takes.
void numeral_add_card_entry(const char* path, std::size_t path_bytes, numeral::CardEntry::Kind kind,
                            const char* text, std::size_t text_bytes, double number) {
  card_entries.push_back({{path, path_bytes}, kind, {text, text_bytes}, number});
}

/// Makes a recogniser from the card whose entries were added and a model (ORT format); null where
/// it cannot.
Handle* numeral_create(const std::byte* model, std::size_t model_bytes) {
  auto card = numeral::read_model_card(std::exchange(card_entries, {}));
  if (!card) {
    last_error = card.error().message;
    return nullptr;
  }
  auto recognizer = numeral::Recognizer::create(std::move(*card), {model, model_bytes});
  if (!recognizer) {
    last_error = recognizer.error().message;
    return nullptr;
  }
  return new Handle{std::move(*recognizer), {}, {}, {}, {}, {}};
}

void numeral_destroy(Handle* handle) { delete handle; }

/// Has it take lessons, none so far, for the model that it was made of; false where it cannot.
bool numeral_begin_lessons(Handle* handle, const std::byte* model, std::size_t model_bytes) {
  auto lessons = numeral::Lessons::create({model, model_bytes});
  if (!lessons) last_error = lessons.error().message;
  if (lessons) handle->recognizer.set_lessons(std::move(*lessons));
  return lessons.has_value();
}

/// Teaches that a 28x28 network input has that label, an index; false where it cannot.
bool numeral_teach(Handle* handle, const float* input, int label) {
  numeral::NetworkInput taught;
  std::copy_n(input, taught.size(), taught.begin());
  const auto done = handle->recognizer.lessons()->teach(taught, label);
  if (!done) last_error = done.error().message;
  return done.has_value();
}

/// Forgets all lessons.
void numeral_end_lessons(Handle* handle) { handle->recognizer.set_lessons(std::nullopt); }

/// What is asked for from now on: so many alternatives, and lines of so many digits (`max_length`
/// 0: any number), among the texts that `among` has one a line (empty: any). For `signs` and
/// `numbers`, see ReadOptions. False where that is impossible.
bool numeral_set_options(Handle* handle, int alternatives, int min_length, int max_length,
                         const char* among, std::size_t among_bytes, bool signs, bool numbers) {
  numeral::ReadOptions options;
  options.alternatives = alternatives;
  options.signs = signs;
  options.numbers = numbers;
  options.hints.min_length = min_length;
  if (max_length > 0) options.hints.max_length = max_length;
  const std::string_view texts(among, among_bytes);
  for (std::size_t begin = 0; begin < texts.size();) {
    const std::size_t end = std::min(texts.find('\n', begin), texts.size());
    options.hints.among.emplace_back(texts.substr(begin, end - begin));
    begin = end + 1;
  }
  const auto checked = numeral::check_options(options, handle->recognizer.card());
  if (!checked) last_error = checked.error().message;
  if (checked) handle->options = std::move(options);
  return checked.has_value();
}

/// Recognises one digit in width * height * 4 bytes of RGBA, as in ImageData.
Status numeral_recognize(Handle* handle, const std::uint8_t* rgba, int width, int height) {
  return keep(*handle, numeral::read_as_one(handle->recognizer, picture(rgba, width, height)));
}

/// Reads the numbers in them, which may be a photograph.
Status numeral_read(Handle* handle, const std::uint8_t* rgba, int width, int height) {
  return keep(*handle, read(*handle, rgba, width, height));
}

/// Reads the numbers in a picture that numeral_photo_clean made: the clean one, and the original.
Status numeral_read_clean(Handle* handle, const std::uint8_t* clean, const std::uint8_t* original,
                          int width, int height, bool is_complete) {
  return keep(*handle, numeral::read_picture(
                           handle->recognizer,
                           {picture(original, width, height), width, height,
                            numeral::CleanPhoto{picture(clean, width, height), is_complete}},
                           handle->options));
}

/// Reads the numbers that strokes make. `points` has x, y, pressure and width of each point, all
/// strokes one after the other, and `counts` how many each has. `rgba` is what they look like, in
/// their own pixels, or null.
Status numeral_read_strokes(Handle* handle, const float* points, const std::int32_t* counts,
                            int strokes, float pen_width, const std::uint8_t* rgba, int width,
                            int height) {
  numeral::Drawing drawing{{}, pen_width};
  for (int stroke = 0; stroke < strokes; ++stroke) {
    numeral::PenStroke& added = drawing.strokes.emplace_back();
    for (int i = 0; i < counts[stroke]; ++i, points += 4)
      added.push_back({points[0], points[1], points[2], 0, points[3]});
  }
  if (!rgba)
    return keep(*handle, numeral::read_strokes(handle->recognizer, drawing, handle->options));
  auto seen = read(*handle, rgba, width, height);
  if (!seen) return keep(*handle, std::move(seen));
  return keep(*handle, numeral::read_strokes(handle->recognizer, drawing, std::move(*seen),
                                             handle->options));
}

/// How many alternatives there are, at most as many as were asked for; they count from 0.
int numeral_alternative_count(const Handle* handle) {
  return static_cast<int>(handle->alternatives.size());
}

const char* numeral_alternative_text(const Handle* handle, int alternative) {
  return handle->alternatives[alternative].text.c_str();
}

float numeral_alternative_confidence(const Handle* handle, int alternative) {
  return handle->alternatives[alternative].confidence;
}

/// The probability that all of the digits are right.
float numeral_reading_confidence(const Handle* handle) { return handle->reading.confidence(); }

/// Degrees clockwise by which the picture was turned to be read.
int numeral_reading_turned(const Handle* handle) { return handle->reading.turned; }

/// Whether all of the ink was read, and all of the digits are accepted.
bool numeral_reading_accepted(const Handle* handle) { return handle->reading.accepted(); }

int numeral_line_count(const Handle* handle) {
  return static_cast<int>(handle->reading.lines.size());
}

/// The labels of a line's digits, and the signs among them, one after the other.
const char* numeral_line_text(Handle* handle, int line) {
  handle->text = handle->reading.lines[line].text(handle->recognizer.card());
  return handle->text.c_str();
}

/// The same, with a newline before each digit with which another number begins.
const char* numeral_line_numbers(Handle* handle, int line) {
  handle->text.clear();
  for (const std::string& number : handle->reading.lines[line].numbers(handle->recognizer.card()))
    handle->text += (handle->text.empty() ? "" : "\n") + number;
  return handle->text.c_str();
}

float numeral_line_confidence(const Handle* handle, int line) {
  return handle->reading.lines[line].confidence();
}

bool numeral_line_accepted(const Handle* handle, int line) {
  return handle->reading.lines[line].accepted();
}

int numeral_digit_count(const Handle* handle, int line) {
  return static_cast<int>(handle->reading.lines[line].digits.size());
}

/// A digit's bounding box on the picture: left, top, right, bottom.
const numeral::Box* numeral_box(const Handle* handle, int line, int digit) {
  return &handle->reading.lines[line].digits[digit].box;
}

int numeral_digit(const Handle* handle, int line, int digit) {
  return handle->answer(line, digit).digit;
}

float numeral_confidence(const Handle* handle, int line, int digit) {
  return handle->answer(line, digit).confidence;
}

bool numeral_accepted(const Handle* handle, int line, int digit) {
  return handle->answer(line, digit).accepted;
}

int numeral_class_count(const Handle* handle) {
  return static_cast<int>(handle->recognizer.card().labels.size());
}

const float* numeral_probabilities(const Handle* handle, int line, int digit) {
  return handle->answer(line, digit).probabilities.data();
}

/// The 28x28 picture that the network saw.
const float* numeral_input(const Handle* handle, int line, int digit) {
  return handle->answer(line, digit).input.data();
}

/// What each layer of `model`, the handle's own, makes of a 28x28 picture, as layers_json has it;
/// null where that fails. After the first call that did not, the model is not looked at.
const char* numeral_inspect_layers(Handle* handle, const std::byte* model, std::size_t model_bytes,
                                   const numeral::NetworkInput* input) {
  if (!handle->layers) {
    auto layers = numeral::ActivationModel::create({model, model_bytes});
    if (!layers) {
      last_error = layers.error().message;
      return nullptr;
    }
    handle->layers = std::move(*layers);
  }
  if (const auto run = handle->layers->run(*input); !run) {
    last_error = run.error().message;
    return nullptr;
  }
  handle->text = numeral::layers_json(*handle->layers);
  return handle->text.c_str();
}

/// The probability of a class where a patch of a 28x28 picture is covered, for each place of the
/// patch; null where that fails.
const float* numeral_occlude(Handle* handle, const numeral::NetworkInput* input, int label,
                             int patch) {
  static numeral::OcclusionMap map;
  const auto occluded = numeral::occlude(handle->recognizer, *input, label, patch);
  if (!occluded) {
    last_error = occluded.error().message;
    return nullptr;
  }
  map = *occluded;
  return map.data();
}

/// Prints what was read to the console: one line for each.
void numeral_announce(const Handle* handle) {
  const numeral::ModelCard& card = handle->recognizer.card();
  std::puts(numeral::predicted_lines(card, handle->reading, handle->options).c_str());
}

/// Inspects a picture file chunk by chunk before it is decoded: its size is in the first chunk, the
/// scans of a JPEG are in all of them.
const Inspection* numeral_photo_inspect(const std::uint8_t* chunk, std::size_t bytes,
                                        bool is_first) {
  static Inspection found;
  static numeral::JpegScans scans;
  static bool is_jpeg;
  if (is_first) {
    found = {};
    scans = {};
    is_jpeg = bytes >= 2 && chunk[0] == 0xff && chunk[1] == 0xd8;
    if (const auto size = numeral::read_image_size({chunk, bytes})) {
      const bool has_pixels = size->width > 0 && size->height > 0;
      found.width = size->width;
      found.height = size->height;
      found.is_too_large = has_pixels && !numeral::fits(*size);
    }
  }
  if (is_jpeg) scans.add({chunk, bytes});
  found.is_endless = scans.are_too_many();
  found.is_decided = !is_jpeg || found.is_too_large || found.is_endless;
  return &found;
}

/// Begins a photograph of a size in pixels; null if that is too large.
Photo* numeral_photo_create(int width, int height) {
  auto downscaler = numeral::PhotoDownscaler::create(width, height);
  if (!downscaler) {
    last_error = downscaler.error().message;
    return nullptr;
  }
  return new Photo{std::move(*downscaler), width, {}, {}, {}, {}};
}

void numeral_photo_destroy(Photo* photo) { delete photo; }

/// Takes its next rows, RGBA as in ImageData; false if it has no more.
bool numeral_photo_add(Photo* photo, const std::uint8_t* rgba, int rows) {
  const std::size_t bytes = std::size_t(photo->width) * rows * 4;
  const auto added = photo->downscaler.add({{rgba, bytes}, photo->width, rows});
  if (!added) last_error = added.error().message;
  return added.has_value();
}

/// Cleans it once all rows are there; false if some are missing.
bool numeral_photo_clean(Photo* photo) {
  auto original = photo->downscaler.finish();
  if (!original) {
    last_error = original.error().message;
    return false;
  }
  photo->original = std::move(*original);
  photo->clean = numeral::clean_photo(photo->original);
  photo->original_rgba = numeral::to_rgba(photo->original);
  photo->clean_rgba = numeral::to_rgba(photo->clean.image);
  return true;
}

int numeral_photo_width(const Photo* photo) { return photo->original.width; }

int numeral_photo_height(const Photo* photo) { return photo->original.height; }

/// The clean picture, RGBA.
const std::uint8_t* numeral_photo_pixels(const Photo* photo) { return photo->clean_rgba.data(); }

/// The picture as it came, in grey and scaled down, RGBA.
const std::uint8_t* numeral_photo_original(const Photo* photo) {
  return photo->original_rgba.data();
}

/// Whether nothing like the writing was left out.
bool numeral_photo_is_complete(const Photo* photo) { return photo->clean.is_complete; }

}  // extern "C"
