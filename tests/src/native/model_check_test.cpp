#include "native/model_check.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <functional>

#include "support/error_of.h"
#include "support/model.h"

namespace numeral {
namespace {

using Catch::Matchers::ContainsSubstring;

/// The published model and its card, for tests to break.
struct Published {
  OrtModel model = parse_ort_model(test::published_bytes()).value();
  ModelCard card = test::published_recognizer().card();

  /// The first node of an operator.
  OrtNode& node(const std::string& op_type) {
    for (OrtNode& node : model.nodes)
      if (node.op_type == op_type) return node;
    throw std::out_of_range(op_type);
  }

  OrtAttribute& attribute(const std::string& op_type, const std::string& name) {
    for (OrtAttribute& attribute : node(op_type).attributes)
      if (attribute.name == name) return attribute;
    throw std::out_of_range(name);
  }

  OrtValue& value(const std::string& name) {
    for (OrtValue& value : model.values)
      if (value.name == name) return value;
    throw std::out_of_range(name);
  }
};

using Change = std::function<void(Published&)>;

/// The error of the published model after a change; empty where it is valid.
std::string error_after(const Change& change) {
  Published published;
  change(published);
  return test::error_of(check_model(published.model, published.card));
}

TEST_CASE("The published model is valid", "[model_check]") {
  CHECK(error_after([](Published&) {}).empty());
}

TEST_CASE("Every inconsistency in a model is refused", "[model_check]") {
  struct Case {
    const char* error;
    Change change;
  };
  const std::vector<Case> cases{
      {"two values", [](Published& p) { p.model.values.push_back(p.model.values[0]); }},
      {"has a size of -2", [](Published& p) { p.value("conv1/Conv").shape->back() = -2; }},
      {"has a size of 99", [](Published& p) { p.value("conv1/Conv").shape->back() = 99'999'999; }},
      {"two initializers",
       [](Published& p) { p.model.initializers.push_back(p.model.initializers[0]); }},
      {"not what it is declared as", [](Published& p) { p.model.initializers[0].name = "none"; }},
      {"not what it is declared as", [](Published& p) { p.model.initializers[0].shape[0] += 1; }},
      {"not what it is declared as",
       [](Published& p) { p.model.initializers[0].element_type = 7; }},
      {"bytes, which is not", [](Published& p) { p.model.initializers[0].bytes -= 1; }},
      {"bytes, which is not", [](Published& p) { p.model.initializers[0].bytes *= 2; }},
      {"unknown type",
       [](Published& p) {
         p.model.initializers[0].element_type = 8;
         p.value(p.model.initializers[0].name).element_type = 8;
       }},
      {"its input is not", [](Published& p) { p.model.inputs = {"images"}; }},
      {"its input is not", [](Published& p) { p.model.inputs.emplace_back("conv1.weight"); }},
      {"its input is not", [](Published& p) { p.value("image").shape->back() = 29; }},
      {"its input is not", [](Published& p) { p.value("image").shape.reset(); }},
      {"its input is not", [](Published& p) { p.value("image").element_type = 11; }},
      {"its output is not", [](Published& p) { p.model.outputs.clear(); }},
      {"its output is not", [](Published& p) { p.card.labels.emplace_back("ten"); }},
      {"FusedConv is not among", [](Published& p) { p.card.operators.pop_back(); }},
      {"FusedConv is not among", [](Published& p) { p.node("FusedConv").since_version = 9; }},
      {"index is too large", [](Published& p) { p.node("Gemm").index = p.model.node_limit; }},
      {"two nodes have the index",
       [](Published& p) { p.node("Gemm").index = p.node("Softmax").index; }},
      {"too many nodes", [](Published& p) { p.model.node_limit = 1 << 30; }},
      {"there is no value \"x\"", [](Published& p) { p.node("Gemm").inputs[0] = "x"; }},
      {"there is no value \"x\"", [](Published& p) { p.node("Gemm").outputs[0] = "x"; }},
      {"lacks an input", [](Published& p) { p.node("FusedConv").inputs.resize(1); }},
      {"lacks an input", [](Published& p) { p.node("MaxPool").inputs.clear(); }},
      {"lacks an input", [](Published& p) { p.node("MaxPool").outputs.clear(); }},
      {"comes from two places",
       [](Published& p) { p.node("Softmax").outputs = p.node("Gemm").outputs; }},
      {"comes from two places", [](Published& p) { p.node("Softmax").outputs = {"image"}; }},
      {"comes from nowhere", [](Published& p) { p.model.nodes.pop_back(); }},
      {"two attributes",
       [](Published& p) {
         p.node("MaxPool").attributes.push_back(p.node("MaxPool").attributes[0]);
       }},
      {"\"strides\" is 0", [](Published& p) { p.attribute("MaxPool", "strides").integers[1] = 0; }},
      {"\"strides\" has 1",
       [](Published& p) { p.attribute("FusedConv", "strides").integers.pop_back(); }},
      {"\"pads\" is -1", [](Published& p) { p.attribute("FusedConv", "pads").integers[0] = -1; }},
      {"\"pads\" is 262144",
       [](Published& p) { p.attribute("FusedConv", "pads").integers[0] = 262144; }},
      {"\"pads\" has 3", [](Published& p) { p.attribute("MaxPool", "pads").integers.pop_back(); }},
      {"\"group\" is 0", [](Published& p) { p.attribute("FusedConv", "group").integers[0] = 0; }},
      {"bias does not fit", [](Published& p) { p.node("FusedConv").inputs[2] = "classify.bias"; }},
      {"weights are none of a convolution",
       [](Published& p) { p.node("FusedConv").inputs[1] = "classify.weight"; }},
      {"edges are not those", [](Published& p) { p.model.edges_in.pop_back(); }},
      {"edges are not those", [](Published& p) { p.model.edges_out[0].to = 1000; }},
      {"edges are not those", [](Published& p) { p.model.edges_out[0].output = 1; }},
      {"wait for one another",
       [](Published& p) {
         // The softmax takes its own output.
         OrtNode& softmax = p.node("Softmax");
         softmax.inputs = softmax.outputs;
         for (auto* edges : {&p.model.edges_in, &p.model.edges_out})
           for (OrtEdge& edge : *edges)
             if (edge.to == softmax.index) edge.from = softmax.index;
       }},
  };
  for (const Case& each : cases) {
    CAPTURE(each.error, &each - cases.data());
    CHECK_THAT(error_after(each.change), ContainsSubstring(each.error));
  }
}

}  // namespace
}  // namespace numeral
