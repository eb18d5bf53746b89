#include "native/model_files.h"

#include <string_view>

#include "native/files.h"
#include "native/model_check.h"
#include "native/onnx_nodes.h"
#include "native/ort_model.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxCardSize = std::size_t(16) << 20;
constexpr std::size_t kMaxModelSize = std::size_t(1) << 30;

/// Checks what the native ONNX Runtime does not.
Result<void> check_contents(bool is_onnx, std::span<const std::uint8_t> bytes,
                            const ModelCard& card) {
  if (is_onnx) return parse_onnx_nodes(bytes).and_then(check_attributes);
  return parse_ort_model(bytes).and_then(
      [&](const OrtModel& model) { return check_model(model, card); });
}

}  // namespace

Result<ModelCardFile> load_model_card(const fs::path& path) {
  const Result<std::vector<std::uint8_t>> bytes = read_file(path, kMaxCardSize);
  if (!bytes) return tl::unexpected(bytes.error());
  const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  return parse_model_card(text).map_error(
      [&](const Error& error) { return Error{path.string() + ": " + error.message}; });
}

Result<Recognizer> load_recognizer(const fs::path& model) {
  Result<ModelCardFile> file = load_model_card(fs::path(model).replace_extension(".json"));
  if (!file) return tl::unexpected(file.error());
  ModelCard& card = file->card;
  const Result<std::vector<std::uint8_t>> bytes = read_file(model, kMaxModelSize);
  if (!bytes) return tl::unexpected(bytes.error());

  const bool is_onnx = model.extension() == ".onnx";
  const std::string& expected = is_onnx ? card.onnx_sha256 : card.ort_sha256;
  const std::string found = sha256_hex(*bytes);
  if (found != expected)
    return fail(model.string() + ": expected SHA-256 " + expected + " as its card says, found " +
                found);
  if (auto checked = check_contents(is_onnx, *bytes, card); !checked)
    return fail(model.string() + ": the model is broken: " + checked.error().message +
                "; get it anew from where it comes from");
  return Recognizer::create(std::move(card), std::as_bytes(std::span(*bytes)))
      .map_error([&](const Error& error) { return Error{model.string() + ": " + error.message}; });
}

}  // namespace numeral
