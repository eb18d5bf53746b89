// torch first: it defines a CHECK of its own, which Catch's replaces.
#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/torch.h>
//
#include <torch_onnx/export.h>

#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "torch_onnx/onnx_runtime.h"

namespace torch_onnx {
namespace {

namespace F = torch::nn::functional;
namespace nn = torch::nn;
using torch::Tensor;
using torch::indexing::None;
using torch::indexing::Slice;

/// One ATen operation on random inputs, whose sizes are given as text: numbers, letters for sizes
/// that differ in each export, N and T for dynamic axes. "int" and "positive" before the sizes say
/// what the elements are: numbers from 0 to 3, numbers above 0.
struct Case {
  std::string operation;
  std::vector<std::string> inputs;
  Forward forward;
};

/// For operations of one tensor.
Forward of(std::function<Tensor(const Tensor&)> function) {
  return [=](const Tensors& x) { return Tensors{function(x[0])}; };
}

Forward of_two(std::function<Tensor(const Tensor&, const Tensor&)> function) {
  return [=](const Tensors& x) { return Tensors{function(x[0], x[1])}; };
}

Forward of_three(std::function<Tensor(const Tensor&, const Tensor&, const Tensor&)> function) {
  return [=](const Tensors& x) { return Tensors{function(x[0], x[1], x[2])}; };
}

/// Operations of one tensor, element by element.
std::vector<Case> unary_cases() {
  std::vector<Case> cases;
  const std::map<std::string, Tensor (*)(const Tensor&)> functions = {
      {"abs", torch::abs},
      {"atan", torch::atan},
      {"ceil", torch::ceil},
      {"cos", torch::cos},
      {"erf", torch::erf},
      {"exp", torch::exp},
      {"floor", torch::floor},
      {"hardsigmoid", torch::hardsigmoid},
      {"hardswish", torch::hardswish},
      {"log_sigmoid", torch::log_sigmoid},
      {"mish", torch::mish},
      {"neg", torch::neg},
      {"relu", torch::relu},
      {"relu6", torch::relu6},
      {"round", torch::round},
      {"selu", torch::selu},
      {"sigmoid", torch::sigmoid},
      {"sign", torch::sign},
      {"silu", torch::silu},
      {"sin", torch::sin},
      {"square", torch::square},
      {"tanh", torch::tanh}};
  for (const auto& [name, function] : functions)
    cases.push_back({"aten::" + name, {"N a b"}, of(function)});
  const std::map<std::string, Tensor (*)(const Tensor&)> of_positive = {
      {"log", torch::log},
      {"log1p", torch::log1p},
      {"reciprocal", torch::reciprocal},
      {"rsqrt", torch::rsqrt},
      {"sqrt", torch::sqrt}};
  for (const auto& [name, function] : of_positive)
    cases.push_back({"aten::" + name, {"positive N a b"}, of(function)});
  const std::map<std::string, Tensor (*)(const Tensor&)> of_small = {
      {"acos", torch::acos}, {"asin", torch::asin}, {"tan", torch::tan}};
  for (const auto& [name, function] : of_small)
    cases.push_back({"aten::" + name, {"N a b"}, of([=](const Tensor& x) {
                       return function(x.tanh() * 0.9);
                     })});
  return cases;
}

std::vector<Case> elementwise_cases() {
  const Tensor slopes = torch::rand({3});
  return {
      {"aten::add", {"N a b", "N 1 b"}, of_two([](auto& x, auto& y) { return x.add(y, 2); })},
      {"aten::add", {"N a"}, of([](auto& x) { return x + x.size(0); })},
      {"aten::add", {"int N a", "N a"}, of_two([](auto& x, auto& y) { return x + y; })},
      {"aten::sub", {"N a b", "b"}, of_two([](auto& x, auto& y) { return x - y; })},
      {"aten::sub", {"N a"}, of([](auto& x) { return 2 - x; })},
      {"aten::rsub", {"N a"}, of([](auto& x) { return torch::rsub(x, 2); })},
      {"aten::mul", {"N a b", "N a 1"}, of_two([](auto& x, auto& y) { return x * y; })},
      {"aten::mul", {"int N a"}, of([](auto& x) { return x * 0.5; })},
      {"aten::div", {"N a b", "positive b"}, of_two([](auto& x, auto& y) { return x / y; })},
      {"aten::div", {"int N a"}, of([](auto& x) { return x / 4; })},
      {"aten::div", {"N a"}, of([](auto& x) { return torch::div(x, 0.3, "floor"); })},
      {"aten::pow", {"positive N a", "N a"}, of_two([](auto& x, auto& y) { return x.pow(y); })},
      {"aten::pow", {"N a"}, of([](auto& x) { return x.pow(2); })},
      {"aten::pow", {"N a"}, of([](auto& x) { return x.pow(3); })},
      {"aten::maximum", {"N a", "a"}, of_two([](auto& x, auto& y) {
         return torch::maximum(x, y);
       })},
      {"aten::minimum", {"N a", "a"}, of_two([](auto& x, auto& y) {
         return torch::minimum(x, y);
       })},
      {"aten::eq", {"int N a", "int a"}, of_two([](auto& x, auto& y) { return x == y; })},
      {"aten::ne", {"int N a"}, of([](auto& x) { return x != 1; })},
      {"aten::lt", {"N a", "N a"}, of_two([](auto& x, auto& y) { return x < y; })},
      {"aten::le", {"int N a"}, of([](auto& x) { return x <= 1.5; })},
      {"aten::gt", {"N a"}, of([](auto& x) { return x > 0; })},
      {"aten::ge", {"int N a", "N a"}, of_two([](auto& x, auto& y) { return x >= y; })},
      {"aten::logical_and", {"int N a", "int a"}, of_two([](auto& x, auto& y) {
         return x.logical_and(y);
       })},
      {"aten::logical_or", {"int N a", "int a"}, of_two([](auto& x, auto& y) {
         return x.logical_or(y);
       })},
      {"aten::logical_not", {"int N a"}, of([](auto& x) { return x.logical_not(); })},
      {"aten::where", {"N a", "N a"}, of_two([](auto& x, auto& y) {
         return torch::where(x > 0, x, y);
       })},
      {"aten::where", {"N a"}, of([](auto& x) {
         return torch::where(x > 0, x, torch::zeros_like(x));
       })},
      {"aten::masked_fill", {"N a"}, of([](auto& x) { return x.masked_fill(x > 0, 7); })},
      {"aten::elu", {"N a b"}, of([](auto& x) { return torch::elu(x, 0.7); })},
      {"aten::celu", {"N a b"}, of([](auto& x) { return torch::celu(x, 0.7); })},
      {"aten::leaky_relu", {"N a b"}, of([](auto& x) { return torch::leaky_relu(x, 0.2); })},
      {"aten::gelu", {"N a b"}, of([](auto& x) { return torch::gelu(x); })},
      {"aten::gelu", {"N a b"}, of([](auto& x) { return torch::gelu(x, "tanh"); })},
      {"aten::softplus", {"N a b"}, of([](auto& x) { return torch::softplus(x, 2); })},
      {"aten::softplus", {"N a b"}, of([](auto& x) { return torch::softplus(x); })},
      {"aten::threshold", {"N a b"}, of([](auto& x) { return torch::threshold(x, 0.1, 3); })},
      {"aten::glu", {"N 6 a"}, of([](auto& x) { return torch::glu(x, 1); })},
      {"aten::prelu", {"N 3 a b"}, of([=](auto& x) { return torch::prelu(x, slopes); })},
      {"aten::prelu", {"N 3"}, of([=](auto& x) { return torch::prelu(x, slopes); })},
      {"aten::prelu", {"N a b"}, of([=](auto& x) {
         return torch::prelu(x, slopes.slice(0, 0, 1));
       })},
      {"aten::clamp", {"N a b"}, of([](auto& x) { return x.clamp(-0.5, 0.7); })},
      {"aten::clamp", {"int N a"}, of([](auto& x) { return x.clamp(1, 2); })},
      {"aten::clamp", {"N a", "a"}, of_two([](auto& x, auto& y) { return torch::clamp(x, y); })},
      {"aten::clamp_min", {"N a b"}, of([](auto& x) { return x.clamp_min(0.2); })},
      {"aten::clamp_max", {"N a b"}, of([](auto& x) { return x.clamp_max(0.2); })},
      {"aten::hardtanh", {"N a b"}, of([](auto& x) { return torch::hardtanh(x, -0.4, 0.6); })},
      {"aten::alias", {"N a"}, of([](auto& x) { return torch::alias(x) + 1; })},
      {"aten::clone", {"N a"}, of([](auto& x) { return x.clone() + 1; })},
      {"aten::contiguous", {"N a b"}, of([](auto& x) {
         return x.transpose(0, 1).contiguous() + 1;
       })},
      {"aten::detach", {"N a"}, of([](auto& x) { return x.detach() + 1; })},
      {"aten::to", {"N a"}, of([](auto& x) { return x.to(torch::kInt64); })},
      {"aten::to", {"N a"}, of([](auto& x) { return (x > 0).to(torch::kFloat32); })},
      {"aten::type_as", {"int N a", "N a"}, of_two([](auto& x, auto& y) { return x.type_as(y); })},
      {"aten::dropout", {"N a"}, of([](auto& x) { return torch::dropout(x, 0.5, false) + 1; })},
      {"aten::alpha_dropout", {"N a"}, of([](auto& x) {
         return torch::alpha_dropout(x, 0.5, false) + 1;
       })},
      {"aten::feature_dropout", {"N 3 a"}, of([](auto& x) {
         return torch::feature_dropout(x, 0.5, false) + 1;
       })},
      {"aten::feature_alpha_dropout", {"N 3 a"}, of([](auto& x) {
         return torch::feature_alpha_dropout(x, 0.5, false) + 1;
       })},
  };
}

std::vector<Case> reduction_cases() {
  return {
      {"aten::mean", {"N a b T"}, of([](auto& x) {
         return x.mean(std::vector<std::int64_t>{2, 3});
       })},
      {"aten::mean", {"N a b"}, of([](auto& x) { return x.mean(); })},
      {"aten::mean", {"N a b"}, of([](auto& x) { return x.mean(-1, true); })},
      {"aten::sum", {"N a b"}, of([](auto& x) { return x.sum(1); })},
      {"aten::sum", {"int N a"}, of([](auto& x) { return x.sum(); })},
      {"aten::prod", {"N a b"}, of([](auto& x) { return x.prod(1, true); })},
      {"aten::amax", {"N a b"}, of([](auto& x) { return x.amax({1, 2}); })},
      {"aten::amin", {"N a b"}, of([](auto& x) { return x.amin(0); })},
      {"aten::max",
       {"N a b"},
       [](const Tensors& x) {
         const auto [values, indices] = x[0].max(1);
         return Tensors{values, indices};
       }},
      {"aten::max", {"N a b"}, of([](auto& x) { return x.max(); })},
      {"aten::max", {"N a", "a"}, of_two([](auto& x, auto& y) { return torch::max(x, y); })},
      {"aten::min",
       {"N a b"},
       [](const Tensors& x) {
         const auto [values, indices] = x[0].min(-1, true);
         return Tensors{values, indices};
       }},
      {"aten::argmax", {"N a b"}, of([](auto& x) { return x.argmax(-1); })},
      {"aten::argmax", {"N a b"}, of([](auto& x) { return x.argmax(); })},
      {"aten::argmin", {"N a b"}, of([](auto& x) { return x.argmin(1, true); })},
      {"aten::softmax", {"N a b"}, of([](auto& x) { return x.softmax(-1); })},
      {"aten::softmax", {"N a b"}, of([](auto& x) { return x.softmax(1); })},
      {"aten::log_softmax", {"N a"}, of([](auto& x) { return x.log_softmax(1); })},
      {"aten::logsumexp", {"N a b"}, of([](auto& x) { return x.logsumexp(1); })},
      {"aten::norm", {"N a b"}, of([](auto& x) { return x.norm(2, 1, true); })},
      {"aten::norm", {"N a b"}, of([](auto& x) { return x.norm(1, 1); })},
      {"aten::norm", {"N a"}, of([](auto& x) { return F::normalize(x); })},
      {"aten::std", {"N a b"}, of([](auto& x) { return x.std(1); })},
      {"aten::var", {"N a T"}, of([](auto& x) {
         return x.var(std::vector<std::int64_t>{2}, false);
       })},
      {"aten::cumsum", {"N a b"}, of([](auto& x) { return x.cumsum(-1); })},
  };
}

std::vector<Case> shape_cases() {
  const Tensor table = torch::randn({4, 5});
  return {
      {"aten::view", {"N 3 4"}, of([](auto& x) { return x.view({-1, 12}) + 1; })},
      {"aten::view", {"N 3 4"}, of([](auto& x) { return x.view({x.size(0), 2, 6}); })},
      {"aten::view", {"N T 6"}, of([](auto& x) { return x.view({x.size(0), x.size(1), 2, 3}); })},
      {"aten::view", {"N T 6"}, of([](auto& x) { return x.view({x.size(0) * x.size(1), 6}); })},
      {"aten::view", {"N T 6"}, of([](auto& x) {
         return x.view({x.size(0) * x.size(1) * 2, 3}).view({x.size(0), x.size(1), 3, 2});
       })},
      {"aten::view_as", {"N 6", "N 2 3"}, of_two([](auto& x, auto& y) { return x.view_as(y); })},
      {"aten::reshape", {"N a b"}, of([](auto& x) {
         return x.transpose(1, 2).reshape({x.size(0), -1});
       })},
      {"aten::reshape", {"N a"}, of([](auto& x) { return x.reshape(-1); })},
      {"aten::_unsafe_view", {"N 4"}, of([](auto& x) {
         return torch::_unsafe_view(x, {x.size(0), 2, 2});
       })},
      {"aten::flatten", {"N a b"}, of([](auto& x) { return x.flatten(1); })},
      {"aten::flatten", {"N a b"}, of([](auto& x) { return x.flatten(); })},
      {"aten::flatten", {"N a b T"}, of([](auto& x) { return x.flatten(1, 2); })},
      {"aten::unflatten", {"N 6 a"}, of([](auto& x) { return x.unflatten(1, {2, 3}); })},
      {"aten::squeeze", {"N 1 a"}, of([](auto& x) { return x.squeeze(1); })},
      {"aten::unsqueeze", {"N a T"}, of([](auto& x) { return x.unsqueeze(-1); })},
      {"aten::permute", {"N a T b"}, of([](auto& x) { return x.permute({2, -1, 0, 1}); })},
      {"aten::transpose", {"N a T"}, of([](auto& x) { return x.transpose(-1, 0); })},
      {"aten::t", {"N a"}, of([](auto& x) { return x.t(); })},
      {"aten::numpy_T", {"N a"}, of([](auto& x) { return x.numpy_T(); })},
      {"aten::cat", {"N a b", "N 2 b"}, of_two([](auto& x, auto& y) {
         return torch::cat({x, y, x}, -2);
       })},
      {"aten::cat", {"N 5"}, of([=](auto& x) { return torch::cat({table, x}, 0); })},
      {"aten::stack", {"N a", "N a"}, of_two([](auto& x, auto& y) {
         return torch::stack({x, y}, -1);
       })},
      {"aten::chunk", {"N 7 a"}, [](const Tensors& x) { return x[0].chunk(3, 1); }},
      {"aten::split", {"N 7"}, [](const Tensors& x) { return x[0].split(3, 1); }},
      {"aten::split_with_sizes",
       {"N 7"},
       [](const Tensors& x) { return x[0].split_with_sizes({2, 4, 1}, -1); }},
      {"aten::unbind", {"N 3 a"}, [](const Tensors& x) { return x[0].unbind(1); }},
      {"aten::slice", {"N 7"}, of([](auto& x) { return x.slice(1, 1, -1, 2); })},
      {"aten::slice", {"N T a"}, of([](auto& x) { return x.slice(1, 1, x.size(1) - 1); })},
      {"aten::slice", {"N 4 a"}, of([](auto& x) { return x.index({Slice(), Slice(1, None)}); })},
      {"aten::narrow", {"N 7"}, of([](auto& x) { return x.narrow(1, 2, 3); })},
      {"aten::select", {"N T a"}, of([](auto& x) { return x.select(1, -1); })},
      {"aten::select", {"N 4"}, of([](auto& x) { return x.index({Slice(), 2}); })},
      {"aten::index_select", {"N 4 a", "int 6"}, of_two([](auto& x, auto& y) {
         return x.index_select(1, y);
       })},
      {"aten::gather", {"N 4", "int N 6"}, of_two([](auto& x, auto& y) { return x.gather(1, y); })},
      {"aten::embedding", {"int N T"}, of([=](auto& x) { return F::embedding(x, table); })},
      {"aten::expand", {"N 1 a"}, of([](auto& x) { return x.expand({-1, 3, -1}); })},
      {"aten::expand", {"1 a", "N T"}, of_two([](auto& x, auto& y) {
         return x.unsqueeze(1).expand({y.size(0), y.size(1), -1});
       })},
      {"aten::expand_as", {"N 1", "N a"}, of_two([](auto& x, auto& y) { return x.expand_as(y); })},
      {"aten::repeat", {"N a"}, of([](auto& x) { return x.repeat({2, 1, 3}); })},
      {"aten::flip", {"N a b"}, of([](auto& x) { return x.flip({1, 2}); })},
      {"aten::_pad_enum", {"N 3 4 5"}, of([](auto& x) {
         return F::pad(x, F::PadFuncOptions({1, 2, 0, 1}).value(3));
       })},
      {"aten::_pad_enum", {"N 3 4 5"}, of([](auto& x) {
         return F::pad(x, F::PadFuncOptions({1, 2, 0, 1}).mode(torch::kReflect));
       })},
      {"aten::constant_pad_nd", {"N a b"}, of([](auto& x) {
         return torch::constant_pad_nd(x, {1, -1, 2, 0}, 4);
       })},
      {"aten::reflection_pad1d", {"N 3 5"}, of([](auto& x) {
         return torch::reflection_pad1d(x, {2, 1});
       })},
      {"aten::reflection_pad2d", {"N 3 5 4"}, of([](auto& x) {
         return torch::reflection_pad2d(x, {2, 1, 0, 3});
       })},
      {"aten::replication_pad1d", {"N 3 5"}, of([](auto& x) {
         return torch::replication_pad1d(x, {2, 1});
       })},
      {"aten::replication_pad2d", {"N 3 5 T"}, of([](auto& x) {
         return torch::replication_pad2d(x, {2, 1, 0, 3});
       })},
      {"aten::pixel_shuffle", {"N 8 a b"}, of([](auto& x) { return torch::pixel_shuffle(x, 2); })},
      {"aten::tril", {"N a b"}, of([](auto& x) { return x.tril(-1); })},
      {"aten::triu", {"N T T"}, of([](auto& x) { return x.triu(1); })},
      {"aten::zeros", {"N a"}, of([](auto& x) {
         return torch::cat({torch::zeros({x.size(0), 2}), x}, 1);
       })},
      {"aten::ones", {"N T"}, of([](auto& x) {
         return torch::ones({x.size(1), x.size(0)}).matmul(x);
       })},
      {"aten::full", {"N a"}, of([](auto& x) {
         return torch::cat({torch::full({x.size(0), 1}, 2.5), x}, 1);
       })},
      {"aten::zeros_like", {"N a"}, of([](auto& x) {
         return torch::cat({torch::zeros_like(x), x}, 1);
       })},
      {"aten::ones_like", {"N a"}, of([](auto& x) {
         return torch::cat({torch::ones_like(x), x}, 1);
       })},
      {"aten::full_like", {"N a"}, of([](auto& x) {
         return torch::cat({torch::full_like(x, 4), x}, 1);
       })},
      {"aten::empty_like", {"N a"}, of([](auto& x) { return 3 / (x * x + 1); })},
      {"aten::arange", {"N T a"}, of([](auto& x) {
         return torch::arange(x.size(1)).to(torch::kFloat32).unsqueeze(1) + x;
       })},
      {"aten::arange", {"N a"}, of([](auto& x) {
         return torch::arange(0, 2 * x.size(0), 2).unsqueeze(1) + x;
       })},
      {"aten::one_hot", {"int N a"}, of([](auto& x) { return torch::one_hot(x, 4); })},
  };
}

std::vector<Case> linear_cases() {
  const Tensor weight = torch::randn({4, 6}), bias = torch::randn({4}),
               matrix = torch::randn({6, 4});
  return {
      {"aten::linear", {"N 6"}, of([=](auto& x) { return torch::linear(x, weight, bias); })},
      {"aten::linear", {"N T 6"}, of([=](auto& x) { return torch::linear(x, weight, bias); })},
      {"aten::linear", {"N a T 6"}, of([=](auto& x) { return torch::linear(x, weight); })},
      {"aten::addmm", {"N 6"}, of([=](auto& x) {
         return torch::addmm(bias, x, weight.t(), 0.5, 2);
       })},
      {"aten::addmm", {"N a", "a b", "b"}, of_three([](auto& x, auto& y, auto& z) {
         return torch::addmm(z, x, y, 2, 0.5);
       })},
      {"aten::baddbmm", {"N a b", "N b T", "N a T"}, of_three([](auto& x, auto& y, auto& z) {
         return torch::baddbmm(z, x, y);
       })},
      {"aten::mm", {"N 6"}, of([=](auto& x) { return torch::mm(x, matrix); })},
      {"aten::mm", {"N a"}, of([](auto& x) { return torch::mm(x, x.t()); })},
      {"aten::matmul", {"N T 6"}, of([=](auto& x) { return x.matmul(weight.t()); })},
      {"aten::matmul", {"N 6"}, of([=](auto& x) {
         return x.matmul(bias.repeat(2).slice(0, 0, 6));
       })},
      {"aten::matmul", {"N a T b", "N a b 3"}, of_two([](auto& x, auto& y) {
         return x.matmul(y);
       })},
      {"aten::bmm", {"N a T", "N T b"}, of_two([](auto& x, auto& y) { return x.bmm(y); })},
      {"aten::einsum", {"N T a", "N b a"}, of_two([](auto& x, auto& y) {
         return torch::einsum("nta,nba->ntb", {x, y});
       })},
      {"aten::scaled_dot_product_attention",
       {"N 2 T 6", "N 2 a 6", "N 2 a 6"},
       of_three(
           [](auto& q, auto& k, auto& v) { return torch::scaled_dot_product_attention(q, k, v); })},
      {"aten::scaled_dot_product_attention", {"N 2 T 6", "N 2 T 6"}, of_two([](auto& q, auto& k) {
         return torch::scaled_dot_product_attention(q, k, k, {}, 0, true);
       })},
      {"aten::scaled_dot_product_attention", {"N 2 T 6", "T T"}, of_two([](auto& q, auto& mask) {
         return torch::scaled_dot_product_attention(q, q, q, mask, 0, false, 0.3);
       })},
      {"aten::scaled_dot_product_attention", {"N T 6", "T T"}, of_two([](auto& q, auto& mask) {
         return torch::scaled_dot_product_attention(
             q, q, q, (mask > -1).logical_or(mask == mask.amax(1, true)));
       })},
  };
}

std::vector<Case> normalization_cases() {
  const Tensor mean = torch::rand({6}), variance = torch::rand({6}) + 0.5;
  const Tensor weight = torch::randn({6}), bias = torch::randn({6});
  return {
      {"aten::batch_norm", {"N 6 a b"}, of([=](auto& x) {
         return torch::batch_norm(x, weight, bias, mean, variance, false, 0, 1e-3, false);
       })},
      {"aten::batch_norm", {"N 6 T"}, of([=](auto& x) {
         return torch::batch_norm(x, {}, {}, mean, variance, false, 0, 1e-5, false);
       })},
      {"aten::batch_norm", {"N 6"}, of([=](auto& x) {
         return torch::batch_norm(x, weight, bias, mean, variance, false, 0, 1e-5, false);
       })},
      {"aten::layer_norm", {"N T 6"}, of([=](auto& x) {
         return torch::layer_norm(x, {6}, weight, bias, 1e-3);
       })},
      {"aten::layer_norm", {"N 5 6"}, of([=](auto& x) { return torch::layer_norm(x, {5, 6}); })},
      {"aten::group_norm", {"N 6 a T"}, of([=](auto& x) {
         return torch::group_norm(x, 3, weight, bias, 1e-3);
       })},
      {"aten::group_norm", {"N 6 8"}, of([=](auto& x) { return torch::group_norm(x, 2); })},
      {"aten::instance_norm", {"N 6 5 T"}, of([=](auto& x) {
         return torch::instance_norm(x, weight, bias, {}, {}, true, 0, 1e-3, false);
       })},
      {"aten::instance_norm", {"N 6 9"}, of([=](auto& x) {
         return torch::instance_norm(x, {}, {}, {}, {}, true, 0, 1e-5, false);
       })},
  };
}

std::vector<Case> convolution_cases() {
  const Tensor weight = torch::randn({6, 4, 3, 2}), bias = torch::randn({6});
  const Tensor depthwise = torch::randn({8, 1, 3, 3}), line = torch::randn({6, 2, 3});
  const Tensor cube = torch::randn({2, 4, 2, 2, 2}), transposed = torch::randn({4, 3, 3, 3});
  const std::vector<std::int64_t> one = {1, 1}, two = {2, 2}, none = {0, 0};
  return {
      {"aten::_convolution", {"N 4 7 T"}, of([=](auto& x) {
         return torch::conv2d(x, weight, bias, {2, 1}, {1, 0});
       })},
      {"aten::_convolution", {"N 4 9 8"}, of([=](auto& x) {
         return torch::conv2d(x, depthwise, {}, 1, 2, 2, 4);
       })},
      {"aten::_convolution_mode", {"N 4 9 8"}, of([=](auto& x) {
         return torch::conv2d(x, weight, bias, 1, "same");
       })},
      {"aten::_convolution_mode", {"N 4 9 8"}, of([=](auto& x) {
         return torch::conv2d(x, weight, bias, 1, "valid");
       })},
      {"aten::_convolution", {"N 4 T"}, of([=](auto& x) {
         return torch::conv1d(x, line, bias, 2, 3, 2, 2);
       })},
      {"aten::_convolution", {"N 4 5 4 T"}, of([=](auto& x) {
         return torch::conv3d(x, cube, {}, 1, 1);
       })},
      {"aten::_convolution", {"N 4 7 6"}, of([=](auto& x) {
         return torch::convolution(x, weight, bias, one, one, two, false, none, 1);
       })},
      {"aten::_convolution", {"N 4 7 6"}, of([=](auto& x) {
         return torch::convolution(x, transposed, {}, two, one, one, true, one, 1);
       })},
      {"aten::_convolution", {"N 4 7 6"}, of([=](auto& x) {
         return torch::_convolution(x, weight, bias, one, one, one, false, none, 1, false, false,
                                    false, false);
       })},
      {"aten::_convolution", {"N 6 T"}, of([=](auto& x) {
         return torch::conv_transpose1d(x, line, {}, 2, 1, 1);
       })},
      {"aten::_convolution", {"N 4 T 6"}, of([=](auto& x) {
         return torch::conv_transpose2d(x, transposed, torch::ones(6), 2, 1, 1, 2);
       })},
      {"aten::_convolution", {"N 4 T 6"}, of([=](auto& x) {
         return torch::conv_transpose2d(x, transposed, {}, 1, 0, 0, 1, 2);
       })},
      {"aten::_convolution", {"N 2 3 4 5"}, of([=](auto& x) {
         return torch::conv_transpose3d(x, cube, {}, 2);
       })},
  };
}

std::vector<Case> pooling_cases() {
  return {
      {"aten::max_pool1d", {"N 3 T"}, of([](auto& x) { return torch::max_pool1d(x, 3, 1, 1); })},
      {"aten::max_pool2d", {"N 3 9 T"}, of([](auto& x) {
         return torch::max_pool2d(x, {3, 2}, 2, 1);
       })},
      {"aten::max_pool2d", {"N 3 9 8"}, of([](auto& x) {
         return torch::max_pool2d(x, 3, 2, 1, 1, true);
       })},
      {"aten::max_pool2d_with_indices", {"N 3 9 8"}, of([](auto& x) {
         return std::get<0>(torch::max_pool2d_with_indices(x, 3, 2, 0, 2));
       })},
      {"aten::max_pool3d", {"N 3 5 6 7"}, of([](auto& x) { return torch::max_pool3d(x, 2); })},
      {"aten::avg_pool1d", {"N 3 T"}, of([](auto& x) { return torch::avg_pool1d(x, 3, 1, 1); })},
      {"aten::avg_pool2d", {"N 3 9 T"}, of([](auto& x) { return torch::avg_pool2d(x, 3, 2, 1); })},
      {"aten::avg_pool2d", {"N 3 9 8"}, of([](auto& x) {
         return torch::avg_pool2d(x, 3, 2, 1, true, false);
       })},
      {"aten::avg_pool3d", {"N 3 5 6 7"}, of([](auto& x) { return torch::avg_pool3d(x, 2); })},
      {"aten::adaptive_avg_pool1d", {"N 3 8"}, of([](auto& x) {
         return torch::adaptive_avg_pool1d(x, 4);
       })},
      {"aten::adaptive_avg_pool2d", {"N 3 8 T"}, of([](auto& x) {
         return torch::adaptive_avg_pool2d(x, {1, 1});
       })},
      {"aten::adaptive_avg_pool2d", {"N 3 8 9"}, of([](auto& x) {
         return torch::adaptive_avg_pool2d(x, {2, 3});
       })},
      {"aten::adaptive_max_pool1d", {"N 3 8"}, of([](auto& x) {
         return std::get<0>(torch::adaptive_max_pool1d(x, 2));
       })},
      {"aten::adaptive_max_pool2d", {"N 3 8 T"}, of([](auto& x) {
         return std::get<0>(torch::adaptive_max_pool2d(x, {1, 1}));
       })},
      {"aten::upsample_nearest1d", {"N 3 T"}, of([](auto& x) {
         return torch::upsample_nearest1d(x, 2 * x.size(2));
       })},
      {"aten::upsample_nearest2d", {"N 3 a T"}, of([](auto& x) {
         return torch::upsample_nearest2d(x, {3 * x.size(2), 2 * x.size(3)});
       })},
      {"aten::upsample_nearest2d", {"N 3 4 5"}, of([](auto& x) {
         return torch::upsample_nearest2d(x, {7, 9});
       })},
      {"aten::upsample_nearest2d", {"N 3 T 5", "N 3 9 8"}, of_two([](auto& x, auto& y) {
         return torch::upsample_nearest2d(x, {y.size(2), y.size(3)});
       })},
      {"aten::upsample_linear1d", {"N 3 T"}, of([](auto& x) {
         return torch::upsample_linear1d(x, 2 * x.size(2), false);
       })},
      {"aten::upsample_bilinear2d", {"N 3 a T"}, of([](auto& x) {
         return torch::upsample_bilinear2d(x, {2 * x.size(2), 2 * x.size(3)}, false);
       })},
      {"aten::upsample_bilinear2d", {"N 3 a T"}, of([](auto& x) {
         return torch::upsample_bilinear2d(x, {2 * x.size(2), 3 * x.size(3)}, true);
       })},
      {"aten::upsample_bilinear2d", {"N 3 4 5"}, of([](auto& x) {
         return torch::upsample_bilinear2d(x, {7, 9}, false);
       })},
  };
}

template <class Layer, class Options>
Case recurrent_case(const std::string& operation, const std::string& sizes,
                    const Options& options) {
  Layer layer(options);
  for (Tensor& weight : layer->parameters()) weight.requires_grad_(false);
  return {operation, {sizes}, [=](const Tensors& x) mutable {
            Tensors results;
            detail::append(results, layer->forward(x[0]));
            return results;
          }};
}

std::vector<Case> recurrent_cases() {
  return {
      recurrent_case<nn::LSTM>("aten::lstm", "T N 5", nn::LSTMOptions(5, 4)),
      recurrent_case<nn::LSTM>("aten::lstm", "N T 5",
                               nn::LSTMOptions(5, 4).batch_first(true).num_layers(2)),
      recurrent_case<nn::LSTM>("aten::lstm", "T N 5",
                               nn::LSTMOptions(5, 4).num_layers(2).bidirectional(true)),
      recurrent_case<nn::GRU>("aten::gru", "N T 5",
                              nn::GRUOptions(5, 4).batch_first(true).bidirectional(true)),
      recurrent_case<nn::GRU>("aten::gru", "T N 5", nn::GRUOptions(5, 4).bias(false)),
      recurrent_case<nn::RNN>("aten::rnn_tanh", "T N 5", nn::RNNOptions(5, 4).num_layers(2)),
  };
}

using Sizes = std::map<std::string, std::int64_t>;

/// A random tensor as `description` says, and its dynamic axes.
Tensor make_input(const std::string& description, const Sizes& sizes, DynamicAxes* axes = nullptr) {
  std::istringstream words(description);
  std::vector<std::int64_t> numbers;
  std::string kind, word;
  while (words >> word) {
    if (word == "int" || word == "positive") {
      kind = word;
      continue;
    }
    if (axes != nullptr && (word == "N" || word == "T")) (*axes)[std::ssize(numbers)] = word;
    numbers.push_back(std::isdigit(word[0]) != 0 ? std::stoi(word) : sizes.at(word));
  }
  if (kind == "int") return torch::randint(4, numbers, torch::kInt64);
  return kind == "positive" ? torch::rand(numbers) + 0.1 : torch::randn(numbers);
}

Tensors make_inputs(const Case& tested, const Sizes& sizes) {
  Tensors inputs;
  for (const std::string& input : tested.inputs) inputs.push_back(make_input(input, sizes));
  return inputs;
}

/// The ATen operations that the tracer sees.
std::set<std::string> traced_operations(const Forward& forward, const Tensors& inputs) {
  namespace jit = torch::jit;
  const auto run = [&](const jit::Stack& stack) {
    Tensors tensors;
    for (const c10::IValue& value : stack) tensors.push_back(value.toTensor());
    const Tensors results = forward(tensors);
    return jit::Stack(results.begin(), results.end());
  };
  const auto no_name = [](const torch::autograd::Variable&) { return std::string(); };
  std::set<std::string> names;
  const auto state =
      jit::tracer::trace(jit::Stack(inputs.begin(), inputs.end()), run, no_name).first;
  for (const jit::Node* node : state->graph->nodes()) {
    std::string name = node->kind().toQualString();
    if (name.ends_with('_')) name.pop_back();  // in place
    names.insert(name);
  }
  return names;
}

/// Exports with random sizes, and compares on others of the dynamic axes.
void check(const Case& tested, int opset) {
  nn::Module module;
  std::mt19937 random(7);
  const auto size = [&](int least, int most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random);
  };
  for (int repetition = 0; repetition < 3; ++repetition) {
    Sizes sizes = {{"a", size(2, 6)}, {"b", size(2, 6)}, {"N", size(1, 3)}, {"T", size(4, 6)}};
    ExportOptions options;
    options.opset = opset;
    for (const std::string& input : tested.inputs)
      (void)make_input(input, sizes, &options.dynamic_axes.emplace_back());
    const Tensors examples = make_inputs(tested, sizes);
    if (repetition == 0)
      REQUIRE(traced_operations(tested.forward, examples).contains(tested.operation));
    const test::Session session(export_model(module, tested.forward, examples, options));
    for (const auto& [n, t] : {std::pair(1, 5), std::pair(4, 4), std::pair(5, 9)}) {
      sizes["N"] = n;
      sizes["T"] = t;
      const Tensors inputs = make_inputs(tested, sizes);
      CAPTURE(tested.operation, n, t, sizes["a"], sizes["b"]);
      CHECK(test::relative_difference(session.run(inputs), tested.forward(inputs)) <= 1e-5);
    }
  }
}

void check_all(const std::vector<Case>& cases, int opset = kMinOpset) {
  torch::manual_seed(1);
  const torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    INFO("case " << i << " of " << cases[i].operation);
    try {
      check(cases[i], opset);
    } catch (const std::exception& error) {
      FAIL_CHECK(error.what());
    }
  }
}

const std::map<std::string, std::vector<Case> (*)()>& families() {
  static const std::map<std::string, std::vector<Case> (*)()> all = {
      {"unary", unary_cases},
      {"elementwise", elementwise_cases},
      {"reduction", reduction_cases},
      {"shape", shape_cases},
      {"linear", linear_cases},
      {"normalization", normalization_cases},
      {"convolution", convolution_cases},
      {"pooling", pooling_cases},
      {"recurrent", recurrent_cases}};
  return all;
}

TEST_CASE("Operations on one tensor's elements agree with ONNX Runtime") {
  check_all(unary_cases());
}

TEST_CASE("Elementwise operations agree with ONNX Runtime") { check_all(elementwise_cases()); }

TEST_CASE("Reductions agree with ONNX Runtime") { check_all(reduction_cases()); }

TEST_CASE("Changes of shape agree with ONNX Runtime") { check_all(shape_cases()); }

TEST_CASE("Matrix products agree with ONNX Runtime") { check_all(linear_cases()); }

TEST_CASE("Normalizations agree with ONNX Runtime") { check_all(normalization_cases()); }

TEST_CASE("Convolutions agree with ONNX Runtime") { check_all(convolution_cases()); }

TEST_CASE("Poolings and upsamplings agree with ONNX Runtime") { check_all(pooling_cases()); }

TEST_CASE("Recurrent layers agree with ONNX Runtime") { check_all(recurrent_cases()); }

TEST_CASE("Newer opsets agree with ONNX Runtime") {
  for (const int opset : {18, 20, 22})
    for (const auto& [family, cases] : families()) check_all(cases(), opset);
}

TEST_CASE("Every operation has a case") {
  std::set<std::string> tested;
  for (const auto& [family, cases] : families())
    for (const Case& each : cases()) tested.insert(each.operation);
  const std::vector<std::string> supported = supported_operations();
  CHECK(tested == std::set<std::string>(supported.begin(), supported.end()));
}

}  // namespace
}  // namespace torch_onnx
