#include "train/training/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace numeral {
namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little,
              "values are written as they are in memory");

constexpr const char* kMetadata = "__metadata__";
constexpr std::size_t kLengthBytes = 8;

/// The values begin at a multiple of this, so that readers can map them into memory.
constexpr std::size_t kAlignment = 8;

/// Several times what the largest network needs.
constexpr std::size_t kMaxHeaderSize = std::size_t(1) << 20;

struct Type {
  const char* name;
  torch::ScalarType type;
  std::size_t bytes;
};
constexpr std::array kTypes = {Type{"F32", torch::kFloat32, 4}, Type{"F64", torch::kFloat64, 8},
                               Type{"I64", torch::kInt64, 8}, Type{"U8", torch::kUInt8, 1}};

json header_entry(const torch::Tensor& tensor, std::size_t begin) {
  const auto* type = std::ranges::find(kTypes, tensor.scalar_type(), &Type::type);
  TORCH_CHECK(type != kTypes.end(), "tensors of ", tensor.scalar_type(), " cannot be written");
  return {{"dtype", type->name},
          {"shape", tensor.sizes().vec()},
          {"data_offsets", {begin, begin + tensor.nbytes()}}};
}

/// Names of tensors are shown to people where something is wrong with them: printable ASCII only.
bool is_name(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

std::uint64_t unsigned_number(const json& number) {
  if (!number.is_number_unsigned()) throw std::runtime_error("expected whole numbers from 0 on");
  return number.get<std::uint64_t>();
}

/// The tensor of a header's entry, whose values begin at `begin` of `data`. Throws where they do
/// not, or where its shape and its offsets do not agree.
torch::Tensor read_tensor(const json& entry, std::string_view data, std::size_t begin) {
  const auto& name = entry.at("dtype").get_ref<const std::string&>();
  const auto* type = std::ranges::find_if(kTypes, [&](const Type& t) { return t.name == name; });
  if (type == kTypes.end()) throw std::runtime_error("expected the dtype F32, F64, I64 or U8");
  const std::uint64_t end = unsigned_number(entry.at("data_offsets").at(1));
  if (unsigned_number(entry.at("data_offsets").at(0)) != begin || end < begin || end > data.size())
    throw std::runtime_error(
        fmt::format("expected its values to begin at byte {} and to end within the file", begin));
  std::vector<std::int64_t> shape;
  std::uint64_t bytes = type->bytes;
  // A number would be iterated as a list of itself.
  if (!entry.at("shape").is_array()) throw std::runtime_error("expected a shape that is a list");
  for (const json& size : entry.at("shape")) {
    shape.push_back(static_cast<std::int64_t>(unsigned_number(size)));
    if (shape.back() <= 0 || std::uint64_t(shape.back()) > data.size() / bytes)
      throw std::runtime_error("expected a shape that its values fill");
    bytes *= static_cast<std::uint64_t>(shape.back());
  }
  if (bytes != end - begin)
    throw std::runtime_error(
        fmt::format("expected {} bytes of values, found {}", bytes, end - begin));
  torch::Tensor tensor = torch::empty(shape, type->type);
  std::memcpy(tensor.mutable_data_ptr(), data.data() + begin, bytes);
  return tensor;
}

}  // namespace

void add_tensors(TensorFile& file, const std::string& prefix, const std::vector<std::string>& names,
                 const std::vector<torch::Tensor>& tensors) {
  for (std::size_t i = 0; i < tensors.size(); ++i)
    file.entries.push_back({prefix + names[i], tensors[i]});
}

Weights tensors_with_prefix(const TensorFile& file, std::string_view prefix) {
  Weights found;
  for (const auto& [name, tensor] : file.entries) {
    if (!name.starts_with(prefix)) continue;
    found.names.push_back(name.substr(prefix.size()));
    found.tensors.push_back(tensor);
  }
  return found;
}

std::string to_bytes(const TensorFile& file) {
  json header;
  header[kMetadata] = file.metadata;
  std::size_t end = 0;
  for (const TensorFile::Entry& entry : file.entries) {
    header[entry.name] = header_entry(entry.tensor, end);
    end += entry.tensor.nbytes();
  }
  std::string text = header.dump();
  text.append((kAlignment - text.size() % kAlignment) % kAlignment, ' ');
  TORCH_CHECK(text.size() <= kMaxHeaderSize, "a header of ", text.size(), " bytes is too long");
  const std::uint64_t length = text.size();
  std::string bytes(reinterpret_cast<const char*>(&length), kLengthBytes);
  bytes += text;
  bytes.reserve(bytes.size() + end);
  for (const TensorFile::Entry& entry : file.entries) {
    const torch::Tensor values = entry.tensor.cpu().contiguous();
    bytes.append(static_cast<const char*>(values.const_data_ptr()), values.nbytes());
  }
  return bytes;
}

TensorFile parse_safetensors(std::string_view bytes) {
  std::uint64_t length = 0;
  if (bytes.size() < kLengthBytes) throw std::runtime_error("it is too short for a header");
  std::memcpy(&length, bytes.data(), kLengthBytes);
  bytes.remove_prefix(kLengthBytes);
  const std::size_t most = std::min(kMaxHeaderSize, bytes.size());
  if (length > most)
    throw std::runtime_error(
        fmt::format("expected a header of at most {} bytes, found one of {}", most, length));
  // The parser's own messages quote the bytes that it does not like.
  const json header = json::parse(bytes.substr(0, length), nullptr, /*allow_exceptions=*/false);
  if (!header.is_object()) throw std::runtime_error("its header is not a JSON object");
  const std::string_view data = bytes.substr(length);

  TensorFile file;
  if (const auto metadata = header.find(kMetadata); metadata != header.end())
    file.metadata = metadata->get<std::map<std::string, std::string>>();
  std::vector<std::pair<std::uint64_t, std::string>> order;
  for (const auto& [name, entry] : header.items()) {
    if (name == kMetadata) continue;
    if (!is_name(name)) throw std::runtime_error("a tensor's name is not printable ASCII");
    order.emplace_back(unsigned_number(entry.at("data_offsets").at(0)), name);
  }
  std::ranges::sort(order);
  std::size_t end = 0;
  for (const auto& [begin, name] : order) {
    file.entries.push_back({name, read_tensor(header.at(name), data, end)});
    end += file.entries.back().tensor.nbytes();
  }
  if (end != data.size())
    throw std::runtime_error(
        fmt::format("expected {} bytes of values in all, found {}", end, data.size()));
  return file;
}

}  // namespace numeral
