#include "core/activations.h"

#include <flatbuffers/flatbuffers.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/model_card.h"
#include "core/ort_schema.h"

namespace numeral {
namespace {

namespace fb = flatbuffers;
using fb::Table;

using Texts = fb::Vector<fb::Offset<fb::String>>;
using Tables = fb::Vector<fb::Offset<Table>>;

constexpr fb::voffset_t place_of(int field) { return fb::FieldIndexToOffset(fb::voffset_t(field)); }

/// What a field refers to; null where the table has none.
template <class T>
const T* at(const Table* table, int field) {
  return table ? table->GetPointer<const T*>(place_of(field)) : nullptr;
}

std::string text(const Table* table, int field) {
  const auto* found = at<fb::String>(table, field);
  return found ? found->str() : std::string();
}

std::vector<std::string> texts(const Table* table, int field) {
  std::vector<std::string> read;
  if (const auto* found = at<Texts>(table, field))
    for (const fb::String* each : *found) read.push_back(each->str());
  return read;
}

std::vector<std::int64_t> integers(const Table* table, int field) {
  std::vector<std::int64_t> read;
  const auto* found = at<fb::Vector<std::int64_t>>(table, field);
  if (found && found->size() > 0) {
    read.resize(found->size());
    std::memcpy(read.data(), found->data(), read.size() * sizeof(std::int64_t));
  }
  return read;
}

Layer read_layer(const Table* node) {
  Layer layer{
      {}, text(node, ort_schema::node::kOpType), texts(node, ort_schema::node::kInputs), {}, {}};
  const std::vector<std::string> outputs = texts(node, ort_schema::node::kOutputs);
  if (!outputs.empty()) layer.name = outputs.front();
  if (const auto* attributes = at<Tables>(node, ort_schema::node::kAttributes)) {
    for (const Table* attribute : *attributes) {
      LayerAttribute& read = layer.attributes.emplace_back(
          LayerAttribute{text(attribute, ort_schema::attribute::kName),
                         integers(attribute, ort_schema::attribute::kIntegers),
                         text(attribute, ort_schema::attribute::kString)});
      if (attribute->GetField<std::int32_t>(place_of(ort_schema::attribute::kType), 0) ==
          ort_schema::attribute::kIsInteger)
        read.integers = {
            attribute->GetField<std::int64_t>(place_of(ort_schema::attribute::kInteger), 0)};
    }
  }
  return layer;
}

Parameter read_parameter(const Table* initializer) {
  Parameter parameter{text(initializer, ort_schema::tensor::kName),
                      {integers(initializer, ort_schema::tensor::kShape), {}}};
  const auto* data = at<fb::Vector<std::uint8_t>>(initializer, ort_schema::tensor::kData);
  if (!data || initializer->GetField<std::int32_t>(place_of(ort_schema::tensor::kElementType), 0) !=
                   ort_schema::tensor::kIsFloat)
    return parameter;
  parameter.tensor.values.resize(data->size() / sizeof(float));
  std::memcpy(parameter.tensor.values.data(), data->data(),
              parameter.tensor.values.size() * sizeof(float));
  return parameter;
}

/// Puts each layer behind those that it reads (a topological order), as a file need not have them.
void sort_topologically(std::vector<Layer>& layers) {
  const auto reads = [](const Layer& layer, const Layer& other) {
    return std::find(layer.inputs.begin(), layer.inputs.end(), other.name) != layer.inputs.end();
  };
  for (auto rest = layers.begin(); rest != layers.end(); ++rest) {
    const auto next = std::find_if(rest, layers.end(), [&](const Layer& layer) {
      return std::none_of(rest, layers.end(),
                          [&](const Layer& other) { return reads(layer, other); });
    });
    if (next == layers.end()) return;
    std::rotate(rest, next, next + 1);
  }
}

void append(std::vector<std::byte>& bytes, const void* added, std::size_t size) {
  const std::size_t end = bytes.size();
  bytes.resize(end + size);
  std::memcpy(bytes.data() + end, added, size);
}

void append(std::vector<std::byte>& bytes, std::uint32_t number) {
  append(bytes, &number, sizeof(number));
}

/// The graph of a model in ORT format.
Result<const Table*> graph_of(std::span<const std::byte> model) {
  constexpr std::size_t kHeader = 8;
  if (model.size() <= kHeader || !fb::BufferHasIdentifier(model.data(), "ORTM"))
    return fail("layers can only be seen of a model in ORT format");
  const auto* graph =
      at<Table>(at<Table>(fb::GetRoot<Table>(model.data()), ort_schema::session::kModel),
                ort_schema::model::kGraph);
  if (!at<Tables>(graph, ort_schema::graph::kNodes) ||
      !at<Texts>(graph, ort_schema::graph::kOutputs))
    return fail("the model has no layers");
  return graph;
}

std::vector<Layer> layers_of(const Table* graph) {
  std::vector<Layer> layers;
  for (const Table* node : *at<Tables>(graph, ort_schema::graph::kNodes))
    layers.push_back(read_layer(node));
  sort_topologically(layers);
  return layers;
}

/// The model with the outputs of these layers, all of its graph's, as outputs.
std::vector<std::byte> with_all_outputs(std::span<const std::byte> model, const Table* graph,
                                        const std::vector<Layer>& layers) {
  constexpr std::size_t kAlignment = 8;
  std::size_t added = kAlignment + sizeof(std::uint32_t);
  for (const Layer& layer : layers) added += layer.name.size() + 2 * kAlignment;
  // A FlatBuffer refers to what comes after, so the longer list of outputs is put at its end.
  // It never grows: memory that it leaves behind would be in numeral.wasm, weights and all.
  std::vector<std::byte> bytes;
  bytes.reserve(model.size() + added);
  append(bytes, model.data(), model.size());
  bytes.resize((bytes.size() + kAlignment - 1) / kAlignment * kAlignment);
  const std::size_t list = bytes.size();
  append(bytes, std::uint32_t(layers.size()));
  bytes.resize(bytes.size() + layers.size() * sizeof(fb::uoffset_t));

  const auto refer = [&](std::size_t from, std::size_t to) {
    fb::WriteScalar(bytes.data() + from, fb::uoffset_t(to - from));
  };
  for (std::size_t i = 0; i < layers.size(); ++i) {
    refer(list + sizeof(fb::uoffset_t) * (i + 1), bytes.size());
    const std::string& name = layers[i].name;
    append(bytes, std::uint32_t(name.size()));
    append(bytes, name.c_str(), name.size() + 1);
    bytes.resize((bytes.size() + sizeof(fb::uoffset_t) - 1) / sizeof(fb::uoffset_t) *
                 sizeof(fb::uoffset_t));
  }
  const auto* outputs = graph->GetAddressOf(place_of(ort_schema::graph::kOutputs));
  refer(std::size_t(outputs - reinterpret_cast<const std::uint8_t*>(model.data())), list);
  return bytes;
}

/// Copies a value of ONNX Runtime's, of one picture.
Result<Tensor> copy_of(OrtValue* value) {
  const OrtApi* api = onnxruntime_api();
  OrtTensorTypeAndShapeInfo* info = nullptr;
  if (auto got = check(api->GetTensorTypeAndShape(value, &info)); !got)
    return tl::unexpected(got.error());
  const OrtTensorInfoHandle handle(info);
  std::size_t dimensions = 0;
  if (auto got = check(api->GetDimensionsCount(info, &dimensions)); !got)
    return tl::unexpected(got.error());
  Tensor tensor;
  tensor.shape.resize(dimensions);
  if (auto got = check(api->GetDimensions(info, tensor.shape.data(), dimensions)); !got)
    return tl::unexpected(got.error());
  float* values = nullptr;
  if (auto got = check(api->GetTensorMutableData(value, reinterpret_cast<void**>(&values))); !got)
    return tl::unexpected(got.error());
  std::size_t count = 1;
  for (const std::int64_t size : tensor.shape) count *= std::size_t(size);
  tensor.values.resize(count);
  std::copy_n(values, count, tensor.values.begin());
  if (!tensor.shape.empty()) tensor.shape.erase(tensor.shape.begin());
  return tensor;
}

}  // namespace

Result<std::vector<std::byte>> with_all_outputs(std::span<const std::byte> model) {
  const Result<const Table*> graph = graph_of(model);
  if (!graph) return tl::unexpected(graph.error());
  return with_all_outputs(model, *graph, layers_of(*graph));
}

ActivationModel::ActivationModel(Session session, std::vector<Layer> layers,
                                 std::vector<Parameter> parameters)
    : session_(std::move(session)),
      layers_(std::move(layers)),
      parameters_(std::move(parameters)) {}

Result<ActivationModel> ActivationModel::create(std::span<const std::byte> model) {
  const Result<const Table*> graph = graph_of(model);
  if (!graph) return tl::unexpected(graph.error());
  std::vector<Parameter> parameters;
  if (const auto* initializers = at<Tables>(*graph, ort_schema::graph::kInitializers))
    for (const Table* each : *initializers) parameters.push_back(read_parameter(each));

  std::vector<Layer> layers = layers_of(*graph);
  Result<Session> session = load_session(with_all_outputs(model, *graph, layers));
  if (!session) return tl::unexpected(session.error());
  return ActivationModel(std::move(*session), std::move(layers), std::move(parameters));
}

Result<void> ActivationModel::run(NetworkInput input) {
  const Result<OrtValueHandle> image = tensor_over(input, kInputShape);
  if (!image) return tl::unexpected(image.error());
  const OrtValue* input_value = image->get();
  std::vector<const char*> names;
  names.reserve(layers_.size());
  for (const Layer& layer : layers_) names.push_back(layer.name.c_str());
  std::vector<OrtValue*> outputs(layers_.size());
  if (auto run = check(onnxruntime_api()->Run(session_.get(), nullptr, &kInputName, &input_value, 1,
                                              names.data(), names.size(), outputs.data()));
      !run)
    return tl::unexpected(run.error());
  const std::vector<OrtValueHandle> handles(outputs.begin(), outputs.end());
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    Result<Tensor> copied = copy_of(outputs[i]);
    if (!copied) return tl::unexpected(copied.error());
    layers_[i].output = std::move(*copied);
  }
  return {};
}

}  // namespace numeral
