// torch first: it defines a CHECK of its own, which Catch's replaces.
#include <torch/torch.h>
//
#include <torch_onnx/export.h>
#include <torch_onnx/module_scope.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>
#include <functional>
#include <map>
#include <string>

#include "support/temporary_folder.h"
#include "torch_onnx/onnx_runtime.h"

namespace torch_onnx {
namespace {

namespace nn = torch::nn;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using numeral::test::TemporaryFolder;
using torch::Tensor;

const Tensor& picture() {
  static const Tensor sample = torch::rand({2, 3, 12, 10});
  return sample;
}

/// Sets batch norms to random statistics and factors: fresh ones would be the identity.
void randomize_batch_norms(nn::Module& module) {
  const torch::NoGradGuard no_grad;
  for (const auto& part : module.modules()) {
    if (!part->named_buffers(false).contains("running_mean")) continue;
    for (auto& buffer : part->named_buffers(false))
      if (buffer.key() != "num_batches_tracked") buffer.value().uniform_(0.5, 1.5);
    for (Tensor& parameter : part->parameters(false)) parameter.uniform_(-1, 1);
  }
}

const ExportOptions kOptions{.input_names = {"image"}, .output_names = {"probabilities"}};

onnx::ModelProto exported(nn::Sequential network, const Tensor& sample = picture()) {
  return export_model(std::move(network), sample, kOptions);
}

/// The message of the ExportError that `function` throws.
template <class Function>
std::string error_of(const Function& function) {
  try {
    function();
  } catch (const ExportError& error) {
    const std::string message = error.what();
    CHECK(message.find('\n') == std::string::npos);
    return message;
  }
  FAIL("nothing was thrown");
  return {};
}

std::string refusal(nn::Sequential network, const Tensor& sample = picture()) {
  return error_of([&] { (void)exported(network, sample); });
}

Tensor run(const onnx::ModelProto& model, const Tensor& images) {
  return test::Session(model).run({images}).at(0);
}

/// Whether the exported model's outputs are libtorch's, for batches of 1 and 7.
bool agrees(nn::Sequential network, const onnx::ModelProto& model, const Tensor& sample) {
  for (const std::int64_t n : {1, 7}) {
    std::vector<std::int64_t> sizes = sample.sizes().vec();
    sizes[0] = n;
    const Tensor images = torch::randn(sizes);
    const Tensor outputs = run(model, images);
    const torch::NoGradGuard no_grad;
    network->eval();
    const Tensor expected = network->forward(images);
    REQUIRE(outputs.sizes() == expected.sizes());
    const double difference = (outputs - expected).abs().max().item<double>();
    UNSCOPED_INFO("difference " << difference);
    if (!(difference <= 1e-5)) return false;
  }
  return true;
}

bool agrees(nn::Sequential network, const Tensor& sample = picture()) {
  randomize_batch_norms(*network);
  return agrees(network, exported(network, sample), sample);
}

/// How many nodes there are of each type.
std::map<std::string, int> node_types(const onnx::ModelProto& model) {
  std::map<std::string, int> counts;
  for (const auto& node : model.graph().node()) ++counts[node.op_type()];
  return counts;
}

std::map<std::string, std::vector<std::int64_t>> initializers(const onnx::ModelProto& model) {
  std::map<std::string, std::vector<std::int64_t>> sizes;
  for (const auto& tensor : model.graph().initializer())
    sizes[tensor.name()] = {tensor.dims().begin(), tensor.dims().end()};
  return sizes;
}

/// A network that is one function.
nn::Sequential alone(std::function<Tensor(Tensor)> function) {
  return nn::Sequential(nn::Functional(std::move(function)));
}

/// A residual block. With `hardshrink` it ends in an operation that cannot be exported.
struct ResidualImpl : nn::Module {
  explicit ResidualImpl(int channels)
      : conv(register_module("conv",
                             nn::Conv2d(nn::Conv2dOptions(channels, channels, 3).padding(1)))),
        norm(register_module("norm", nn::BatchNorm2d(channels))),
        act(register_module("act", nn::Hardshrink())) {}

  Tensor forward(const Tensor& x) {
    const Tensor y = norm(conv(x)) + x;
    if (!hardshrink) return torch::relu(y);
    const ModuleScope scope("act");
    return act(y);
  }

  nn::Conv2d conv;
  nn::BatchNorm2d norm;
  nn::Hardshrink act;
  bool hardshrink = false;
};
TORCH_MODULE(Residual);

/// Keeps libtorch's warnings off the test's output.
class NoWarnings : c10::WarningHandler {
  void process(const c10::Warning&) override {}
  c10::WarningUtils::WarningHandlerGuard guard_{this};
};

/// A convolution whose output goes to a batch norm and to a sum.
struct TwoUsersImpl : nn::Module {
  Tensor forward(const Tensor& x) {
    const Tensor y = conv(x);
    return norm(y) + y;
  }
  nn::Conv2d conv = register_module("conv", nn::Conv2d(3, 4, 3));
  nn::BatchNorm2d norm = register_module("norm", nn::BatchNorm2d(4));
};
TORCH_MODULE(TwoUsers);

/// A small classifier with a layer of each common kind.
nn::Sequential small_network() {
  nn::Sequential network;
  network->push_back("normalize",
                     nn::Functional([](const Tensor& x) { return (x - 0.13) / 0.31; }));
  network->push_back("conv1", nn::Conv2d(nn::Conv2dOptions(3, 8, 3).padding(1).bias(false)));
  network->push_back("norm1", nn::BatchNorm2d(8));
  network->push_back("relu1", nn::ReLU());
  network->push_back("pool1", nn::MaxPool2d(2));
  network->push_back("conv2", nn::Conv2d(nn::Conv2dOptions(8, 12, 3).stride(2)));
  network->push_back("norm2", nn::BatchNorm2d(12));
  network->push_back("relu2", nn::ReLU(nn::ReLUOptions(true)));
  network->push_back("mean", nn::AdaptiveAvgPool2d(1));
  network->push_back("flatten", nn::Flatten());
  network->push_back("drop", nn::Dropout(0.3));
  network->push_back("classify", nn::Linear(12, 10));
  network->push_back("softmax", nn::Softmax(1));
  randomize_batch_norms(*network);
  return network;
}

TEST_CASE("An exported network gives libtorch's probabilities") {
  torch::manual_seed(1);
  CHECK(agrees(small_network()));
}

TEST_CASE("Batch norms are folded into the convolutions before them") {
  torch::manual_seed(2);
  const onnx::ModelProto model = exported(small_network());
  CHECK(node_types(model) == std::map<std::string, int>{{"Conv", 2},
                                                        {"Div", 1},
                                                        {"Flatten", 1},
                                                        {"Gemm", 1},
                                                        {"GlobalAveragePool", 1},
                                                        {"MaxPool", 1},
                                                        {"Relu", 2},
                                                        {"Softmax", 1},
                                                        {"Sub", 1}});
}

TEST_CASE("Weights keep the names of the network's parameters") {
  const onnx::ModelProto model = exported(small_network());
  CHECK(initializers(model) ==
        std::map<std::string, std::vector<std::int64_t>>{{"normalize.value", {}},
                                                         {"normalize.value.2", {}},
                                                         {"conv1.weight", {8, 3, 3, 3}},
                                                         {"conv1.bias", {8}},
                                                         {"conv2.weight", {12, 8, 3, 3}},
                                                         {"conv2.bias", {12}},
                                                         {"classify.weight", {10, 12}},
                                                         {"classify.bias", {10}}});
}

TEST_CASE("Nodes are named after their modules, input and output as asked") {
  const onnx::ModelProto model = exported(small_network());
  CHECK(model.graph().node(0).name() == "normalize/Sub");
  CHECK(model.graph().node(2).name() == "conv1/Conv");
  REQUIRE(model.graph().input_size() == 1);
  CHECK(model.graph().input(0).name() == "image");
  REQUIRE(model.graph().output_size() == 1);
  CHECK(model.graph().output(0).name() == "probabilities");
  const auto& input = model.graph().input(0).type().tensor_type().shape();
  CHECK(input.dim(0).dim_param() == "N");
  CHECK(input.dim(3).dim_value() == 10);
  const auto& output = model.graph().output(0).type().tensor_type().shape();
  CHECK(output.dim(0).dim_param() == "N");
  CHECK(output.dim(1).dim_value() == 10);
  CHECK(model.opset_import(0).version() == 17);
  CHECK_NOTHROW(check_model(model));

  ExportOptions options;
  options.output_names = {"conv1.weight"};  // the weight of that name must be renamed
  const onnx::ModelProto renamed = export_model(small_network(), picture(), options);
  CHECK(renamed.graph().input(0).name() == "input");
  CHECK(renamed.graph().output(0).name() == "conv1.weight");
  CHECK(initializers(renamed).contains("conv1.weight.2"));
}

TEST_CASE("A batch norm stays where the convolution's output has another user") {
  torch::manual_seed(3);
  nn::Sequential network;
  network->push_back("block", TwoUsers());
  const onnx::ModelProto model = exported(network);
  CHECK(node_types(model) ==
        std::map<std::string, int>{{"Add", 1}, {"BatchNormalization", 1}, {"Conv", 1}});
  CHECK(initializers(model) ==
        std::map<std::string, std::vector<std::int64_t>>{{"block.conv.weight", {4, 3, 3, 3}},
                                                         {"block.conv.bias", {4}},
                                                         {"block.norm.weight", {4}},
                                                         {"block.norm.bias", {4}},
                                                         {"block.norm.running_mean", {4}},
                                                         {"block.norm.running_var", {4}}});
  CHECK(agrees(network));
}

TEST_CASE("Modules inside modules are exported, and named by their weights") {
  torch::manual_seed(4);
  nn::Sequential network;
  network->push_back("block", Residual(3));
  const onnx::ModelProto model = exported(network);
  CHECK(model.graph().node(0).name() == "block.conv/Conv");
  CHECK(model.graph().node(1).name() == "block/Add");
  CHECK(node_types(model) == std::map<std::string, int>{{"Add", 1}, {"Conv", 1}, {"Relu", 1}});
  CHECK(agrees(network));
}

TEST_CASE("A module used twice is exported with each batch norm's own weights") {
  torch::manual_seed(5);
  const nn::Conv2d conv(nn::Conv2dOptions(3, 3, 3).padding(1));
  nn::Sequential network;
  network->push_back("a", conv);
  network->push_back("norm1", nn::BatchNorm2d(3));
  network->push_back("b", conv);
  network->push_back("norm2", nn::BatchNorm2d(3));
  CHECK(agrees(network));

  nn::Sequential twice(conv, nn::ReLU(), conv);
  CHECK(initializers(exported(twice)).size() == 2);
  CHECK(agrees(twice));
}

TEST_CASE("Convolutions of every kind are exported") {
  torch::manual_seed(6);
  const NoWarnings no_warnings;  // about the cost of "same" padding with an even kernel
  const auto options = nn::Conv2dOptions(3, 6, {3, 2});
  CHECK(agrees(nn::Sequential(nn::Conv2d(options))));
  CHECK(agrees(nn::Sequential(
      nn::Conv2d(nn::Conv2dOptions(options).stride({2, 1}).padding({1, 0}).bias(false)))));
  CHECK(agrees(nn::Sequential(nn::Conv2d(nn::Conv2dOptions(options).dilation(2).groups(3)))));
  CHECK(agrees(nn::Sequential(nn::Conv2d(nn::Conv2dOptions(options).padding(torch::kSame)))));
  CHECK(agrees(nn::Sequential(nn::Conv2d(nn::Conv2dOptions(options).padding(torch::kValid)))));
  CHECK(agrees(nn::Sequential(nn::Conv1d(nn::Conv1dOptions(3, 4, 3).padding(2))),
               torch::rand({2, 3, 9})));
  CHECK(
      agrees(nn::Sequential(nn::Conv2d(nn::Conv2dOptions(options).groups(3)), nn::BatchNorm2d(6))));
  CHECK(agrees(nn::Sequential(nn::ConvTranspose2d(3, 4, 3))));
}

TEST_CASE("Batch norms without a convolution before them are exported") {
  torch::manual_seed(7);
  CHECK(agrees(nn::Sequential(nn::BatchNorm2d(3))));
  CHECK(agrees(nn::Sequential(nn::BatchNorm2d(nn::BatchNorm2dOptions(3).affine(false)))));
  CHECK(agrees(nn::Sequential(nn::Flatten(), nn::Linear(360, 5), nn::BatchNorm1d(5))));
  CHECK(agrees(nn::Sequential(nn::Conv2d(3, 4, 3),
                              nn::BatchNorm2d(nn::BatchNorm2dOptions(4).affine(false)))));
  CHECK_THAT(refusal(nn::Sequential(
                 nn::BatchNorm2d(nn::BatchNorm2dOptions(3).track_running_stats(false)))),
             ContainsSubstring("expected a batch norm with running statistics"));
}

TEST_CASE("Poolings of every kind are exported") {
  torch::manual_seed(8);
  for (const bool ceil : {false, true}) {
    CAPTURE(ceil);
    CHECK(agrees(nn::Sequential(
        nn::MaxPool2d(nn::MaxPool2dOptions({3, 2}).stride(2).padding(1).ceil_mode(ceil)))));
    CHECK(agrees(nn::Sequential(
        nn::MaxPool2d(nn::MaxPool2dOptions(3).stride(3).dilation(2).ceil_mode(ceil)))));
    CHECK(agrees(nn::Sequential(nn::AvgPool2d(nn::AvgPool2dOptions(4).ceil_mode(ceil)))));
    CHECK(agrees(nn::Sequential(nn::AvgPool2d(
        nn::AvgPool2dOptions(3).stride(2).padding(1).ceil_mode(ceil).count_include_pad(false)))));
  }
  CHECK(agrees(nn::Sequential(nn::AvgPool2d(nn::AvgPool2dOptions(3).stride(2).padding(1)))));
  CHECK(agrees(
      alone([](const Tensor& x) { return std::get<0>(torch::max_pool2d_with_indices(x, 2)); })));
  CHECK(agrees(nn::Sequential(nn::AdaptiveAvgPool2d(1))));
  CHECK(agrees(nn::Sequential(nn::AdaptiveAvgPool2d(nn::AdaptiveAvgPool2dOptions({4, 5})))));
}

TEST_CASE("Poolings that ONNX cannot express are refused") {
  CHECK_THAT(refusal(nn::Sequential(nn::AdaptiveAvgPool2d(7))),
             ContainsSubstring("(torch::nn::AdaptiveAvgPool2d): expected an output size that "
                               "divides the input's, found [7, 7] from [12, 10]"));
  CHECK_THAT(refusal(nn::Sequential(nn::AvgPool2d(nn::AvgPool2dOptions(2).divisor_override(3)))),
             ContainsSubstring("divisor_override"));
  CHECK_THAT(refusal(nn::Sequential(
                 nn::AvgPool2d(nn::AvgPool2dOptions(4).stride(3).padding(1).ceil_mode(true)))),
             ContainsSubstring("ceil_mode"));
  CHECK_THAT(refusal(alone([](const Tensor& x) {
               const auto [maxima, indices] = torch::max_pool2d_with_indices(x, 2);
               return maxima + indices;
             })),
             ContainsSubstring("indices"));
}

TEST_CASE("Linear layers in each of their forms are exported") {
  torch::manual_seed(9);
  const Tensor rows = torch::rand({2, 6});
  const Tensor weight = torch::randn({4, 6}), bias = torch::randn({4});
  CHECK(agrees(nn::Sequential(nn::Linear(6, 4)), rows));
  CHECK(agrees(nn::Sequential(nn::Linear(nn::LinearOptions(6, 4).bias(false))), rows));
  CHECK(agrees(alone([=](const Tensor& x) { return torch::linear(x, weight, bias); }), rows));
  CHECK(agrees(alone([=](const Tensor& x) { return torch::linear(x, weight); }), rows));
  CHECK(agrees(alone([=](const Tensor& x) { return torch::addmm(bias, x, weight.t(), 0.5, 2); }),
               rows));
  const Tensor matrix = torch::randn({6, 4});
  CHECK(agrees(alone([=](const Tensor& x) { return torch::mm(x, matrix); }), rows));
  CHECK(agrees(nn::Sequential(nn::Linear(10, 4))));
  CHECK_THAT(refusal(alone([](const Tensor& x) { return x.matmul(torch::rand(6)); }), rows),
             ContainsSubstring("aten::"));
  const Tensor vector = torch::rand(6);
  CHECK(agrees(alone([=](const Tensor& x) { return x.matmul(vector); }), rows));
  CHECK(agrees(alone([](const Tensor& x) { return torch::mm(x, x.t()); }), rows));
}

TEST_CASE("Arithmetic with numbers and constants is exported") {
  torch::manual_seed(10);
  const Tensor mean = torch::rand({3, 1, 1});
  const std::vector<std::function<Tensor(Tensor)>> functions = {
      [](const Tensor& x) { return x + 2; },
      [](const Tensor& x) { return 2 - x; },
      [](const Tensor& x) { return torch::rsub(x, 2); },
      [](const Tensor& x) { return torch::full_like(x, 3) * x; },
      [](const Tensor& x) { return (x - 0.1307) / 0.3081; },
      [](const Tensor& x) { return x * 3 * x; },
      [=](const Tensor& x) { return (x - mean) / (mean + 1); },
      [=](const Tensor& x) { return mean - x; },
      [](const Tensor& x) { return (x + 1).add_(1).mul_(2).sub_(x).div_(3); }};
  for (const auto& function : functions) {
    CAPTURE(&function - functions.data());
    CHECK(agrees(alone(function)));
  }
}

TEST_CASE("Operations without effect in evaluation mode become no nodes") {
  nn::Sequential network(nn::Identity(), nn::Dropout(), nn::Dropout2d(), nn::AlphaDropout(),
                         nn::FeatureAlphaDropout(), nn::Dropout(nn::DropoutOptions().inplace(true)),
                         nn::Functional([](const Tensor& x) {
                           return x.contiguous().detach().clone().to(torch::kFloat32);
                         }),
                         nn::ReLU());
  CHECK(node_types(exported(network)) == std::map<std::string, int>{{"Relu", 1}});
  CHECK(agrees(network));
  CHECK(agrees(nn::Sequential(nn::Dropout())));
}

TEST_CASE("An operation without a converter is named with its module") {
  nn::Sequential network;
  network->push_back("conv", nn::Conv2d(3, 3, 3));
  network->push_back("act", nn::Hardshrink());
  CHECK_THAT(
      refusal(network),
      StartsWith("aten::hardshrink in module \"act\" (torch::nn::Hardshrink): no ONNX converter; "
                 "supported are aten::_convolution, "));

  nn::Sequential body;
  Residual residual(3);
  residual->hardshrink = true;
  body->push_back("body", residual);
  CHECK_THAT(
      refusal(body),
      StartsWith("aten::hardshrink in module \"body.act\" (torch::nn::Hardshrink): no ONNX"));
}

TEST_CASE("Operations in place are exported where nothing else uses what they change") {
  CHECK(agrees(nn::Sequential(nn::Conv2d(3, 3, 3), nn::ReLU(nn::ReLUOptions(true)))));
  CHECK_THAT(refusal(alone([](const Tensor& x) {
               const Tensor y = x + 1;
               const Tensor flat = y.flatten(1);
               y.relu_();
               return flat;
             })),
             StartsWith("aten::relu_ in module \"0\" (torch::nn::Functional): it changes a "));

  const Tensor sample = torch::randn({2, 3, 4, 4});
  const Tensor before = sample.clone();
  (void)refusal(nn::Sequential(nn::ReLU(nn::ReLUOptions(true))), sample);
  CHECK(sample.equal(before));
}

TEST_CASE("Operations that depend on the size of the batch are exported, constants refused") {
  CHECK(agrees(alone([](const Tensor& x) { return x.view({x.size(0), -1}); })));
  CHECK(agrees(alone([](const Tensor& x) { return x + torch::ones({x.size(0), 1, 1, 1}); })));
  CHECK(agrees(nn::Sequential(nn::Flatten(nn::FlattenOptions().start_dim(0)))));
  const Tensor constant = torch::rand({2, 3, 12, 10});
  CHECK_THAT(refusal(alone([=](const Tensor& x) { return x + constant; })),
             ContainsSubstring("the constant of size [2, 3, 12, 10] would fix the size of the "
                               "batch"));
}

TEST_CASE("Networks that cannot be traced are refused") {
  CHECK_THAT(refusal(nn::Sequential(nn::Conv2d(4, 3, 3))),
             StartsWith("the network cannot be traced on [2, 3, 12, 10]: "));
  CHECK_THAT(refusal(alone([](const Tensor&) { return torch::ones({2, 2}); })),
             ContainsSubstring("result 0 does not depend on the inputs"));
  CHECK_THAT(refusal(alone([](const Tensor& x) { return x.to(torch::kFloat64); })),
             ContainsSubstring("expected a float32 tensor as its result"));
  CHECK_THAT(refusal(small_network(), torch::rand({3})), ContainsSubstring("[3]"));
  // The tracer must be usable after a failure.
  CHECK_NOTHROW(exported(small_network()));
}

TEST_CASE("Exporting leaves the modes of the network unchanged") {
  nn::Sequential network = small_network();
  network->train();
  network->ptr(1)->eval();
  network->ptr(1)->parameters()[0].requires_grad_(false);
  (void)exported(network);
  CHECK(network->is_training());
  CHECK_FALSE(network->ptr(1)->is_training());
  CHECK(network->ptr(2)->is_training());
  CHECK_FALSE(network->ptr(1)->parameters()[0].requires_grad());
  CHECK(network->ptr(2)->parameters()[0].requires_grad());

  network->push_back("act", nn::Hardshrink());
  (void)refusal(network);
  CHECK(network->is_training());
  CHECK(network->ptr(2)->parameters()[0].requires_grad());
}

TEST_CASE("A module that is no Sequential is exported, its layers named by their weights") {
  torch::manual_seed(11);
  Residual residual(3);
  randomize_batch_norms(*residual);
  const onnx::ModelProto model = export_model(nn::AnyModule(residual), picture(), kOptions);
  CHECK(model.graph().node(0).name() == "conv/Conv");
  CHECK(model.graph().node(1).name() == "Add");
  CHECK(initializers(model).contains("conv.weight"));
  CHECK(agrees(nn::Sequential(residual), model, picture()));

  residual->hardshrink = true;
  const auto export_hardshrink = [&] { (void)export_model(nn::AnyModule(residual), picture()); };
  CHECK_THAT(
      error_of(export_hardshrink),
      StartsWith("aten::hardshrink in module \"act\" (torch::nn::Hardshrink): no ONNX converter"));
}

TEST_CASE("A saved model is the model") {
  const TemporaryFolder folder;
  const onnx::ModelProto model = exported(small_network());
  const auto path = folder.path() / "model.onnx";
  save_model(model, path);
  save_model(model, path);  // over the first
  onnx::ModelProto loaded;
  std::ifstream file(path, std::ios::binary);
  REQUIRE(loaded.ParseFromIstream(&file));
  CHECK(loaded.SerializeAsString() == model.SerializeAsString());
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("An invalid model is not written") {
  const TemporaryFolder folder;
  onnx::ModelProto model = exported(small_network());
  model.mutable_graph()->mutable_node(0)->set_op_type("Nonsense");
  const auto path = folder.path() / "model.onnx";
  CHECK_THAT(error_of([&] { save_model(model, path); }), ContainsSubstring("Nonsense"));
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("A model that cannot be written leaves nothing behind") {
  const TemporaryFolder folder;
  const onnx::ModelProto model = exported(small_network());
  const auto missing = folder.path() / "missing" / "model.onnx";
  CHECK_THAT(error_of([&] { save_model(model, missing); }), ContainsSubstring("model.onnx"));

  std::filesystem::create_directories(folder.path() / "taken" / "by-a-folder");
  CHECK_THROWS_AS(save_model(model, folder.path() / "taken"), ExportError);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

}  // namespace
}  // namespace torch_onnx
