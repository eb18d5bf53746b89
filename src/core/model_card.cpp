#include "core/model_card.h"

#include <algorithm>
#include <optional>

#include "core/labels.h"

namespace numeral {
namespace {

bool is_lower_hex_sha256(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// Reads entries by their JSON pointers and keeps the first error. An entry that is missing or of
/// the wrong type leaves its target unchanged.
class CardReader {
 public:
  using Kind = CardEntry::Kind;

  explicit CardReader(std::span<const CardEntry> entries) : entries_(entries) {}

  void read(const char* path, std::string& target) {
    const CardEntry* entry = require(path, Kind::kString, "a string");
    if (entry) target = entry->text;
  }

  void read(const char* path, double& target) {
    const CardEntry* entry = require(path, Kind::kNumber, "a number");
    if (entry) target = entry->number;
  }

  void read(const char* path, std::vector<std::string>& target) {
    if (!require(path, Kind::kArray, "a list of strings")) return;
    const std::string items = path + std::string("/");
    while (const CardEntry* item = find(items + std::to_string(target.size()))) {
      if (item->kind != Kind::kString) return set_error(path, "a list of strings");
      target.push_back(item->text);
    }
  }

  void read(const char* path, InputMode& target) {
    std::string name(name_of(target));
    read(path, name);
    if (const auto input_mode = input_mode_named(name))
      target = *input_mode;
    else
      set_error(path, R"("ink" or "whole")");
  }

  void read_sha256(const char* path, std::string& target) {
    read(path, target);
    if (!error_ && !is_lower_hex_sha256(target))
      set_error(path, "64 lower-case hexadecimal digits");
  }

  /// Fails unless the entry is that object.
  void read_object(const char* path, const std::string& expected) {
    const CardEntry* entry = require(path, Kind::kObject, expected.c_str());
    if (entry && entry->text != expected) set_error(path, expected.c_str());
  }

  void set_error(const char* path, const char* expected) {
    if (!error_) error_ = Error{std::string("model card: expected ") + path + " to be " + expected};
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  const CardEntry* find(const std::string& path) const {
    const auto entry = std::ranges::find(entries_, path, &CardEntry::path);
    return entry == entries_.end() ? nullptr : &*entry;
  }

  /// The entry; null where it is missing or of another kind, which is an error.
  const CardEntry* require(const char* path, Kind kind, const char* expected) {
    const CardEntry* entry = find(path);
    if (!entry && !error_) error_ = Error{std::string("model card: there is no entry ") + path};
    if (!entry || entry->kind == kind) return entry;
    set_error(path, expected);
    return nullptr;
  }

  std::span<const CardEntry> entries_;
  std::optional<Error> error_;
};

const char* meaning_of(InputMode input_mode) {
  return input_mode == InputMode::kInk ? "ink 1 on background 0, normalised as MNIST was"
                                       : "white 1 and black 0, the whole picture scaled";
}

}  // namespace

std::string input_description(InputMode input_mode) {
  const std::string side = std::to_string(kInputSize);
  return R"({"framing":")" + std::string(name_of(input_mode)) + R"(","meaning":")" +
         meaning_of(input_mode) + R"(","name":")" + kInputName +
         R"(","range":[0,1],"shape":["N",1,)" + side + "," + side + R"(],"type":"float32"})";
}

std::string output_description(std::size_t classes) {
  return R"({"meaning":"the probability of each label","name":")" + std::string(kOutputName) +
         R"(","shape":["N",)" + std::to_string(classes) + R"(],"type":"float32"})";
}

Result<ModelCard> read_model_card(std::span<const CardEntry> entries) {
  ModelCard card;
  CardReader reader(entries);
  reader.read("/name", card.name);
  reader.read("/date", card.date);
  reader.read("/labels", card.labels);
  reader.read("/temperature", card.temperature);
  reader.read("/accept_threshold", card.accept_threshold);
  reader.read_sha256("/sha256/onnx", card.onnx_sha256);
  reader.read_sha256("/sha256/ort", card.ort_sha256);
  reader.read("/operators", card.operators);
  if (const auto fine = check_labels(card.labels); !fine)
    reader.set_error("/labels", fine.error().message.c_str());
  if (!(card.temperature > 0)) reader.set_error("/temperature", "more than 0");
  if (card.accept_threshold < 0 || card.accept_threshold > 1)
    reader.set_error("/accept_threshold", "between 0 and 1");
  reader.read("/input/framing", card.input_mode);
  reader.read_object("/input", input_description(card.input_mode));
  reader.read_object("/output", output_description(card.labels.size()));
  if (reader.error()) return tl::unexpected(*reader.error());
  return card;
}

}  // namespace numeral
