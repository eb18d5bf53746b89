// torch first: it defines a CHECK of its own, which Catch's replaces.
#include <torch/torch.h>
//
#include <torch_onnx/export.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "support/temporary_folder.h"
#include "torch_onnx/onnx_runtime.h"

namespace torch_onnx {
namespace {

namespace nn = torch::nn;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using torch::Tensor;

/// Two layers, of which the first changes nothing, and between them a function.
struct Net : nn::Module {
  Net() {
    nn::init::eye_(first->weight);
    nn::init::zeros_(first->bias);
  }

  Tensor forward(const Tensor& x) { return last(between(first(x))); }

  nn::Linear first = register_module("first", nn::Linear(4, 4));
  nn::Linear last = register_module("last", nn::Linear(4, 4));
  std::function<Tensor(const Tensor&)> between;
};

const Tensor& rows() {
  static const Tensor example = torch::rand({3, 4}) + 0.5;
  return example;
}

/// The message of the ExportError for a network with `between`.
std::string refusal(std::function<Tensor(const Tensor&)> between,
                    const ExportOptions& options = {}) {
  Net net;
  net.between = std::move(between);
  try {
    (void)export_model(net, rows(), options);
  } catch (const ExportError& error) {
    return error.what();
  }
  FAIL("nothing was thrown");
  return {};
}

Tensor first_of(const Tensor& x) { return x.slice(0, 0, 1); }

TEST_CASE("A branch that depends on values is refused") {
  CHECK_THAT(refusal([](const Tensor& x) { return x.sum().item<float>() > 0 ? x.relu() : x + 1; }),
             StartsWith("aten::") &&
                 ContainsSubstring("after module \"first\" (torch::nn::Linear)") &&
                 ContainsSubstring("depends on the values of an input. Tracing would freeze one "
                                   "branch; use tensor operations such as torch::where"));
  // The operations are the same here, but not what they take.
  CHECK_THAT(refusal([](const Tensor& x) {
               const Tensor a = x.sin(), b = x.cos();
               return x.sum().item<float>() > 0 ? a - b : b - a;
             }),
             ContainsSubstring("depends on the values of an input"));
  Net net;
  net.between = [](const Tensor& x) { return torch::where(x.sum() > 0, x.relu(), x + 1); };
  CHECK_NOTHROW(export_model(net, rows()));
}

TEST_CASE("A constant that depends on values is refused") {
  CHECK_THAT(refusal([](const Tensor& x) { return x / x.abs().max().item<float>(); }),
             StartsWith("aten::div after module \"first\"") &&
                 ContainsSubstring("a constant in it depends on the values of an input"));
  CHECK_THAT(refusal([](const Tensor& x) {
               const torch::NoGradGuard no_grad;
               return x + torch::full({4}, x.max().item<float>());
             }),
             ContainsSubstring("depends on the values of an input"));
}

TEST_CASE("A branch that depends on a dynamic axis is refused, on a fixed one it is not") {
  const auto branch = [](const Tensor& x) { return x.size(0) > 3 ? x.relu() : x + 1; };
  CHECK_THAT(refusal(branch),
             ContainsSubstring("depends on the size of a dynamic axis (N = 3, then N = 6). Tracing "
                               "would freeze one branch") &&
                 ContainsSubstring("or leave the axis out of dynamic_axes"));
  Net net;
  net.between = branch;
  ExportOptions options;
  options.dynamic_axes.resize(1);
  const onnx::ModelProto model = export_model(net, rows(), options);
  CHECK(model.graph().input(0).type().tensor_type().shape().dim(0).dim_value() == 3);
}

TEST_CASE("A number that does not follow a dynamic axis in a simple way is refused") {
  CHECK_THAT(refusal([](const Tensor& x) { return x * (1.0 / double(x.size(0))); }),
             StartsWith("aten::mul") &&
                 ContainsSubstring("depends on the size of a dynamic axis (N = 3, then N = 6)"));
  CHECK_THAT(
      refusal([](const Tensor& x) { return x * (1 << x.size(0)); }),
      StartsWith("aten::mul") && ContainsSubstring("the number 8 depends on the dynamic axes "
                                                   "(it was [8, 64, 512] in the traces)"));
}

TEST_CASE("An axis that cannot change is refused as a dynamic one") {
  const Tensor table = torch::rand({3, 1});
  CHECK_THAT(refusal([=](const Tensor& x) { return x + table; }),
             StartsWith("the network cannot be traced on [6, 4]") &&
                 ContainsSubstring("the constant of size [3, 1] would fix the size of the batch"));
}

TEST_CASE("A table that is as long as the example is exported") {
  const Tensor table = torch::rand({8, 1});
  Net net;
  net.between = [=](const Tensor& x) { return x + table.slice(0, 0, x.size(0)); };
  const test::Session session(export_model(net, torch::rand({8, 4})));
  const torch::NoGradGuard no_grad;
  for (const std::int64_t n : {1, 2, 5, 8}) {
    const Tensor x = torch::rand({n, 4});
    CHECK(test::relative_difference(session.run({x})[0], net.forward(x)) <= 1e-5);
  }
}

TEST_CASE("A tensor that would be trained but is no parameter is refused") {
  const Tensor scale = torch::ones({4}, torch::requires_grad());
  CHECK_THAT(
      refusal([=](const Tensor& x) { return x.relu() * scale; }),
      StartsWith("the network cannot be traced on [3, 4]: it uses a tensor that requires grad "
                 "and is none of the module's parameters") &&
          ContainsSubstring("register_parameter, or detach() it") &&
          ContainsSubstring(
              "(the last operation is aten::relu after module \"first\" (torch::nn::Linear)"));
  Net net;
  net.between = [scale = scale.detach()](const Tensor& x) { return x * scale; };
  CHECK_NOTHROW(export_model(net, rows()));
}

TEST_CASE("Options that do not fit the network are refused") {
  const auto same = [](const Tensor& x) { return x; };
  CHECK_THAT(refusal(same, {.input_names = {"a", "b"}}),
             StartsWith("expected 1 input names, found 2"));
  CHECK_THAT(refusal(same, {.output_names = {"a", "b"}}), StartsWith("expected 1 output names"));
  CHECK_THAT(refusal(same, {.input_names = {"a"}, .output_names = {"a"}}),
             StartsWith("expected a different name for each input and output"));
  CHECK_THAT(refusal(same, {.dynamic_axes = std::vector<DynamicAxes>(2)}),
             StartsWith("expected dynamic_axes for 1"));
  CHECK_THAT(refusal(same, {.dynamic_axes = {{{2, "T"}}}}),
             StartsWith("input 0 of size [3, 4] has no axis 2"));
  CHECK_THAT(refusal(same, {.opset = 16}), StartsWith("expected an opset from 17 to "));
  CHECK_THAT(refusal(same, {.opset = 99}), ContainsSubstring("found 99"));
}

/// Takes two tensors or three, and returns a pair in a tuple.
struct Several : nn::Module {
  std::tuple<Tensor, std::pair<Tensor, Tensor>> forward(const Tensor& x, const Tensor& y,
                                                        const Tensor& z = {}) {
    const Tensor sum = x + y;
    return {sum, {z.defined() ? sum * z : sum, x}};
  }
};

/// Takes and returns lists.
struct Lists : nn::Module {
  Tensors forward(const Tensors& inputs) {
    Tensors results;
    for (const Tensor& input : inputs) results.push_back(scale(input));
    return results;
  }
  nn::Linear scale = register_module("scale", nn::Linear(4, 2));
};

TEST_CASE("Modules with several inputs and outputs are exported") {
  Several several;
  const Tensor x = torch::rand({2, 4}), y = torch::rand({2, 1}), z = torch::rand({2, 4});
  for (const Tensors& inputs : {Tensors{x, y}, Tensors{x, y, z}}) {
    const onnx::ModelProto model = export_model(several, inputs);
    CHECK(model.graph().input(1).name() == "input_1");
    CHECK(model.graph().output(2).name() == "output_2");
    CHECK(test::relative_difference(test::Session(model).run(inputs),
                                    detail::call_forward(several, inputs)) <= 1e-5);
  }
  CHECK_THROWS_AS(export_model(several, x), ExportError);

  auto lists = std::make_shared<Lists>();
  const Tensors inputs = {torch::rand({3, 4}), torch::rand({3, 4}), torch::rand({3, 4})};
  const test::Session session(export_model(lists, inputs));
  const torch::NoGradGuard no_grad;
  CHECK(test::relative_difference(session.run(inputs), lists->forward(inputs)) <= 1e-5);
}

TEST_CASE("A function that calls the module is exported, to a file") {
  const numeral::test::TemporaryFolder folder;
  Net net;
  net.between = [](const Tensor& x) { return x.tanh(); };
  const onnx::ModelProto model = export_model(
      net, [&](const Tensors& x) { return Tensors{net.forward(x[0]), first_of(x[0])}; }, rows());
  CHECK(model.graph().initializer(0).name() == "first.weight");
  CHECK(model.graph().output(1).type().tensor_type().shape().dim(0).dim_value() == 1);

  const auto path = folder.path() / "net.onnx";
  export_model(net, rows(), path, {.output_names = {"scores"}});
  onnx::ModelProto saved;
  REQUIRE(saved.ParseFromString(numeral::test::content_of(path)));
  CHECK(saved.graph().output(0).name() == "scores");
}

TEST_CASE("Axes of one name have one size in the model") {
  Several several;
  ExportOptions options;
  options.dynamic_axes = {{{0, "batch"}, {1, "width"}}, {{0, "batch"}}};
  const Tensor x = torch::rand({2, 4}), y = torch::rand({2, 1});
  const onnx::ModelProto model = export_model(several, {x, y}, options);
  const auto& shape = model.graph().output(0).type().tensor_type().shape();
  CHECK(shape.dim(0).dim_param() == "batch");
  CHECK(shape.dim(1).dim_param() == "width");
  CHECK_THROWS_AS(export_model(several, {x, torch::rand({1, 1})}, options), ExportError);
}

}  // namespace
}  // namespace torch_onnx
