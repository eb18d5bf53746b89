#include "native/ort_model.h"

#include <flatbuffers/flatbuffers.h>

#include <cstring>
#include <utility>

#include "core/ort_schema.h"

namespace numeral {
namespace {

namespace fb = flatbuffers;
using fb::Table;

using namespace ort_schema;

constexpr std::size_t kMaxText = 1000;

/// The schema's struct EdgeEnd: the other end of a node's edge.
struct EdgeEnd {
  std::uint32_t node;
  std::int32_t output, input;
};

/// Reads the tables of a file and keeps the first error. What is missing or lies outside of the
/// file reads as empty.
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes)
      : bytes_(bytes), verifier_(bytes.data(), bytes.size()) {}

  /// The root table.
  const Table* root() {
    constexpr std::size_t kHeader = 8;
    const bool is_ort = bytes_.size() > kHeader && fb::BufferHasIdentifier(bytes_.data(), "ORTM");
    if (!is_ort) return set_error("it is not in ORT format"), nullptr;
    return verified(at<Table>(0), "session");
  }

  /// A number; 0 where the table has none.
  template <class T>
  T number(const Table& table, int field) {
    const fb::voffset_t place = place_of(field);
    return table.VerifyField<T>(verifier_, place, sizeof(T)) ? table.GetField<T>(place, 0) : T();
  }

  std::string text(const Table& table, int field, const char* what) {
    return read(target<fb::String>(table, field), what);
  }

  const Table* table(const Table& table, int field, const char* what) {
    return verified(target<Table>(table, field), what);
  }

  bool has(const Table& table, int field) { return table.CheckField(place_of(field)); }

  /// A list of numbers or structures. Copied, since a broken file may not align them.
  template <class T>
  std::vector<T> list(const Table& table, int field, const char* what) {
    const auto* list = vector<T>(table, field, what);
    if (!list) return {};
    std::vector<T> values(list->size());
    if (!values.empty()) std::memcpy(values.data(), list->Data(), sizeof(T) * values.size());
    return values;
  }

  std::vector<std::string> texts(const Table& table, int field, const char* what) {
    std::vector<std::string> texts;
    for (const std::size_t place : places(table, field, what))
      texts.push_back(read(at<fb::String>(place), what));
    return texts;
  }

  /// Calls `read` with every table of a list.
  template <class Read>
  void tables(const Table& table, int field, const char* what, const Read& read) {
    for (const std::size_t place : places(table, field, what))
      if (const Table* entry = verified(at<Table>(place), what)) read(*entry);
  }

  void set_error(std::string problem) {
    if (!error_) error_ = Error{std::move(problem)};
  }
  void missing(const char* what) {
    set_error(std::string(what) + ": there is none, or a broken one");
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  static fb::voffset_t place_of(int field) { return fb::FieldIndexToOffset(fb::voffset_t(field)); }

  /// The target of the offset at `place`; null where it is outside of the file.
  template <class T>
  const T* at(std::size_t place) {
    const std::size_t offset = verifier_.VerifyOffset(place);
    return offset == 0 ? nullptr : reinterpret_cast<const T*>(bytes_.data() + place + offset);
  }

  template <class T>
  const T* target(const Table& table, int field) {
    const auto* place = table.GetAddressOf(place_of(field));
    return place ? at<T>(std::size_t(place - bytes_.data())) : nullptr;
  }

  std::string read(const fb::String* text, const char* what) {
    if (!text || !verifier_.VerifyString(text)) return missing(what), std::string();
    if (text->size() > kMaxText)
      return set_error(std::string(what) + ": it is too long"), std::string();
    return text->str();
  }

  /// The table, its field offsets verified; null where they are invalid.
  const Table* verified(const Table* table, const char* what) {
    if (table && table->VerifyTableStart(verifier_) && verifier_.EndTable()) return table;
    return missing(what), nullptr;
  }

  template <class T>
  const fb::Vector<T>* vector(const Table& table, int field, const char* what) {
    const auto* list = target<fb::Vector<T>>(table, field);
    if (!list || !verifier_.VerifyVector(list)) return missing(what), nullptr;
    // Bounds the work: overlapping lists could make a small file endless.
    bytes_read_ += sizeof(T) * list->size();
    if (bytes_read_ > bytes_.size()) return set_error("its lists overlap"), nullptr;
    return list;
  }

  /// The places of a list's offsets.
  std::vector<std::size_t> places(const Table& table, int field, const char* what) {
    std::vector<std::size_t> places;
    const auto* list = vector<fb::uoffset_t>(table, field, what);
    for (std::size_t i = 0; list && i < list->size(); ++i)
      places.push_back(std::size_t(list->Data() - bytes_.data()) + sizeof(fb::uoffset_t) * i);
    return places;
  }

  std::span<const std::uint8_t> bytes_;
  fb::Verifier verifier_;
  std::size_t bytes_read_ = 0;
  std::optional<Error> error_;
};

OrtTensor read_tensor(Reader& reader, const Table& table) {
  OrtTensor tensor;
  tensor.name = reader.text(table, tensor::kName, "name of an initializer");
  tensor.element_type = reader.number<std::int32_t>(table, tensor::kElementType);
  tensor.shape = reader.list<std::int64_t>(table, tensor::kShape, "shape of an initializer");
  tensor.bytes = reader.list<std::uint8_t>(table, tensor::kData, "data of an initializer").size();
  return tensor;
}

std::int64_t read_size(Reader& reader, const Table& table) {
  const Table* value = reader.has(table, dimension::kValue)
                           ? reader.table(table, dimension::kValue, "size of a value")
                           : nullptr;
  const bool is_size = value && reader.number<std::int8_t>(*value, dimension_value::kKind) ==
                                    dimension_value::kIsSize;
  return is_size ? reader.number<std::int64_t>(*value, dimension_value::kSize) : kAnySize;
}

OrtValue read_value(Reader& reader, const Table& table) {
  OrtValue value;
  value.name = reader.text(table, value::kName, "name of a value");
  // An optional input that is left out has no name and no type.
  if (value.name.empty()) return value;
  const Table* type = reader.table(table, value::kType, "type of a value");
  if (!type) return value;
  if (reader.number<std::uint8_t>(*type, type::kKind) != type::kIsTensor)
    reader.set_error("value \"" + value.name + "\" is no tensor");
  const Table* tensor = reader.table(*type, type::kTensor, "type of a value");
  if (!tensor) return value;
  value.element_type = reader.number<std::int32_t>(*tensor, tensor_type::kElementType);
  if (!reader.has(*tensor, tensor_type::kShape)) return value;
  if (const Table* shape = reader.table(*tensor, tensor_type::kShape, "shape of a value")) {
    value.shape.emplace();
    if (reader.has(*shape, shape::kDimensions))
      reader.tables(*shape, shape::kDimensions, "size of a value",
                    [&](const Table& size) { value.shape->push_back(read_size(reader, size)); });
  }
  return value;
}

OrtAttribute read_attribute(Reader& reader, const Table& table) {
  OrtAttribute attribute;
  attribute.name = reader.text(table, attribute::kName, "name of an attribute");
  switch (reader.number<std::int32_t>(table, attribute::kType)) {
    case attribute::kIsFloat:
      break;
    case attribute::kIsInteger:
      attribute.integers = {reader.number<std::int64_t>(table, attribute::kInteger)};
      break;
    case attribute::kIsString:
      reader.text(table, attribute::kString, "text of an attribute");
      break;
    case attribute::kIsFloats:
      reader.list<float>(table, attribute::kFloats, "numbers of an attribute");
      break;
    case attribute::kIsIntegers:
      attribute.integers =
          reader.list<std::int64_t>(table, attribute::kIntegers, "numbers of an attribute");
      break;
    default:
      reader.set_error("attribute \"" + attribute.name + "\" is neither numbers nor text");
  }
  return attribute;
}

OrtNode read_node(Reader& reader, const Table& table) {
  OrtNode node;
  node.name = reader.text(table, node::kName, "name of a node");
  node.index = reader.number<std::uint32_t>(table, node::kIndex);
  node.domain = reader.text(table, node::kDomain, "domain of a node");
  node.op_type = reader.text(table, node::kOpType, "operator of a node");
  node.since_version = reader.number<std::int32_t>(table, node::kSinceVersion);
  node.inputs = reader.texts(table, node::kInputs, "inputs of a node");
  node.outputs = reader.texts(table, node::kOutputs, "outputs of a node");
  if (reader.has(table, node::kAttributes))
    reader.tables(table, node::kAttributes, "attribute of a node", [&](const Table& attribute) {
      node.attributes.push_back(read_attribute(reader, attribute));
    });
  std::int64_t inputs = 0;
  for (const std::int32_t count :
       reader.list<std::int32_t>(table, node::kInputCounts, "input counts of a node"))
    inputs += count < 0 ? std::int64_t(node.inputs.size()) + 1 : count;
  if (inputs != std::int64_t(node.inputs.size()))
    reader.set_error("node \"" + node.name + "\" counts its inputs wrong");
  if (reader.number<std::int32_t>(table, node::kKind) != node::kIsPrimitive ||
      !reader.texts(table, node::kImplicitInputs, "implicit inputs of a node").empty())
    reader.set_error("node \"" + node.name + "\" contains others");
  return node;
}

void read_edges(Reader& reader, const Table& table, OrtModel& model) {
  const auto node = reader.number<std::uint32_t>(table, node_edges::kNode);
  for (const EdgeEnd& end : reader.list<EdgeEnd>(table, node_edges::kIn, "edges of a node"))
    model.edges_in.push_back({end.node, end.output, node, end.input});
  for (const EdgeEnd& end : reader.list<EdgeEnd>(table, node_edges::kOut, "edges of a node"))
    model.edges_out.push_back({node, end.output, end.node, end.input});
}

OrtModel read_graph(Reader& reader, const Table& table) {
  OrtModel model;
  reader.tables(table, graph::kInitializers, "initializer", [&](const Table& tensor) {
    model.initializers.push_back(read_tensor(reader, tensor));
  });
  reader.tables(table, graph::kValues, "value",
                [&](const Table& value) { model.values.push_back(read_value(reader, value)); });
  reader.tables(table, graph::kNodes, "node",
                [&](const Table& node) { model.nodes.push_back(read_node(reader, node)); });
  model.node_limit = reader.number<std::uint32_t>(table, graph::kNodeLimit);
  reader.tables(table, graph::kEdges, "edges of a node",
                [&](const Table& edges) { read_edges(reader, edges, model); });
  model.inputs = reader.texts(table, graph::kInputs, "inputs of the model");
  model.outputs = reader.texts(table, graph::kOutputs, "outputs of the model");
  if (reader.has(table, graph::kSparseInitializers))
    reader.tables(table, graph::kSparseInitializers, "sparse initializer",
                  [&](const Table&) { reader.set_error("an initializer is sparse"); });
  if (reader.has(table, graph::kOptimizations))
    reader.set_error("it has optimisations for the time of loading");
  return model;
}

}  // namespace

Result<OrtModel> parse_ort_model(std::span<const std::uint8_t> bytes) {
  Reader reader(bytes);
  const Table* session = reader.root();
  const Table* model = session ? reader.table(*session, session::kModel, "model") : nullptr;
  const Table* graph = model ? reader.table(*model, model::kGraph, "graph") : nullptr;
  OrtModel read;
  if (graph) read = read_graph(reader, *graph);
  if (reader.error()) return tl::unexpected(*reader.error());
  return read;
}

}  // namespace numeral
