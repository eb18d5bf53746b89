#include "train/training/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>

#include "train/base/json_reader.h"

namespace numeral {
namespace {

using nlohmann::ordered_json;

static_assert(std::endian::native == std::endian::little, "the values are written as they lie");

constexpr const char* kMetadata = "__metadata__";
constexpr const char* kDescription = "description";
constexpr std::size_t kLengthBytes = 8;

/// So that the values begin where any type may lie, as others' readers expect it.
constexpr std::size_t kAlignment = 8;

/// Of a header: several times what the largest network needs.
constexpr std::size_t kMaxHeaderSize = std::size_t(1) << 20;
constexpr std::size_t kMaxDimensions = 8;
constexpr std::size_t kMaxNameLength = 200;

/// The types that we write, by their names in the header.
struct Type {
  const char* name;
  torch::ScalarType type;
  std::size_t bytes;
};
constexpr std::array kTypes = {Type{"F32", torch::kFloat32, 4}, Type{"F64", torch::kFloat64, 8},
                               Type{"I64", torch::kInt64, 8}, Type{"U8", torch::kUInt8, 1}};

const Type* type_of(torch::ScalarType type) {
  const auto* found = std::ranges::find(kTypes, type, &Type::type);
  return found == kTypes.end() ? nullptr : found;
}

const Type* type_named(const std::string& name) {
  const auto* found =
      std::ranges::find_if(kTypes, [&](const Type& type) { return type.name == name; });
  return found == kTypes.end() ? nullptr : found;
}

/// Names are written to terminals and log files.
bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= kMaxNameLength &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

ordered_json entry_of(const torch::Tensor& tensor, std::size_t begin) {
  const Type* type = type_of(tensor.scalar_type());
  TORCH_CHECK(type, "tensors of ", tensor.scalar_type(), " are not written to files");
  return {{"dtype", type->name},
          {"shape", tensor.sizes().vec()},
          {"data_offsets", {begin, begin + tensor.nbytes()}}};
}

std::string length_bytes(std::size_t length) {
  std::string bytes(kLengthBytes, '\0');
  const auto value = static_cast<std::uint64_t>(length);
  std::memcpy(bytes.data(), &value, kLengthBytes);
  return bytes;
}

/// The shape in an entry; its tensor has at least one value and at most `most` of them.
Result<std::vector<std::int64_t>> read_shape(const ordered_json& json, std::size_t most) {
  if (!json.is_array() || json.size() > kMaxDimensions)
    return fail(fmt::format("expected a shape of up to {} numbers", kMaxDimensions));
  std::vector<std::int64_t> shape;
  for (const ordered_json& item : json) {
    const auto size = whole_number(item, 1, std::int64_t(most));
    if (!size) return fail("expected a shape of numbers from 1 on that its values fill");
    most /= static_cast<std::size_t>(*size);
    shape.push_back(*size);
  }
  return shape;
}

/// Reads the tensor that `json` describes, whose values begin at `begin` of `data`, and moves
/// `begin` behind them.
Result<torch::Tensor> read_entry(const ordered_json& json, std::string_view data,
                                 std::size_t& begin) {
  if (!json.is_object() || json.size() != 3 || !json.contains("dtype") || !json.contains("shape") ||
      !json.contains("data_offsets"))
    return fail("expected dtype, shape and data_offsets");
  const Type* type =
      json["dtype"].is_string() ? type_named(json["dtype"].get_ref<const std::string&>()) : nullptr;
  if (!type) return fail("expected the dtype F32, F64, I64 or U8");
  const ordered_json& offsets = json["data_offsets"];
  if (!offsets.is_array() || offsets.size() != 2 ||
      whole_number(offsets[0], 0, std::int64_t(data.size())) != std::int64_t(begin))
    return fail(fmt::format("expected its values to begin at byte {}", begin));
  const auto end = whole_number(offsets[1], std::int64_t(begin), std::int64_t(data.size()));
  if (!end) return fail("expected its values to end within the file");
  const std::size_t bytes = static_cast<std::size_t>(*end) - begin;
  const auto shape = read_shape(json["shape"], bytes / type->bytes);
  if (!shape) return tl::unexpected(shape.error());
  std::size_t expected = type->bytes;
  for (const std::int64_t size : *shape) expected *= static_cast<std::size_t>(size);
  if (expected != bytes)
    return fail(fmt::format("expected {} bytes of values, found {}", expected, bytes));
  torch::Tensor tensor = torch::empty(*shape, type->type);
  std::memcpy(tensor.mutable_data_ptr(), data.data() + begin, bytes);
  begin += bytes;
  return tensor;
}

Result<std::string> read_description(const ordered_json& header) {
  const auto found = header.find(kMetadata);
  if (found == header.end() || !found->is_object() || found->size() != 1 ||
      !found->contains(kDescription) || !(*found)[kDescription].is_string())
    return fail(fmt::format("its header has no {} with a {}", kMetadata, kDescription));
  return (*found)[kDescription].get<std::string>();
}

}  // namespace

std::string to_bytes(const TensorFile& file) {
  ordered_json header;
  header[kMetadata][kDescription] = file.description;
  std::size_t end = 0;
  for (const TensorFile::Entry& entry : file.entries) {
    TORCH_CHECK(is_name(entry.name) && !header.contains(entry.name), entry.name,
                ": not a name for a tensor, or one twice");
    header[entry.name] = entry_of(entry.tensor, end);
    end += entry.tensor.nbytes();
  }
  std::string text = header.dump();
  text.append((kAlignment - text.size() % kAlignment) % kAlignment, ' ');
  TORCH_CHECK(text.size() <= kMaxHeaderSize, "a header of ", text.size(), " bytes is too long");
  std::string bytes = length_bytes(text.size()) + text;
  bytes.reserve(bytes.size() + end);
  for (const TensorFile::Entry& entry : file.entries) {
    const torch::Tensor values = entry.tensor.cpu().contiguous();
    bytes.append(static_cast<const char*>(values.const_data_ptr()), values.nbytes());
  }
  return bytes;
}

Result<TensorFile> parse_tensor_file(std::string_view bytes) {
  std::uint64_t length = 0;
  if (bytes.size() < kLengthBytes) return fail("it is too short for the length of a header");
  std::memcpy(&length, bytes.data(), kLengthBytes);
  bytes.remove_prefix(kLengthBytes);
  if (length > std::min(kMaxHeaderSize, bytes.size()))
    return fail(fmt::format("expected a header of at most {} bytes, found one of {}",
                            std::min(kMaxHeaderSize, bytes.size()), length));
  const auto header = parse_object(bytes.substr(0, length));
  if (!header) return fail("its header: " + header.error().message);
  const std::string_view data = bytes.substr(length);

  TensorFile file;
  Result<std::string> description = read_description(*header);
  if (!description) return tl::unexpected(description.error());
  file.description = std::move(*description);
  std::size_t end = 0;
  for (const auto& [name, json] : header->items()) {
    if (name == kMetadata) continue;
    if (!is_name(name)) return fail("a tensor's name is not one");
    Result<torch::Tensor> tensor = read_entry(json, data, end);
    if (!tensor) return fail(name + ": " + tensor.error().message);
    file.entries.push_back({name, std::move(*tensor)});
  }
  if (end != data.size())
    return fail(fmt::format("expected {} bytes of values in all, found {}", end, data.size()));
  return file;
}

}  // namespace numeral
