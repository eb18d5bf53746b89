#pragma once

#include <torch/torch.h>

#include <concepts>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace torch_onnx {

using Tensors = std::vector<torch::Tensor>;

/// A network as a function of its inputs.
using Forward = std::function<Tensors(const Tensors&)>;

/// How `export_model` calls the `forward` of any module.
namespace detail {

inline constexpr std::size_t kMaxInputs = 8;

/// The module that a holder or a shared_ptr refers to, or the module itself.
template <class Module>
auto& module_of(Module& module) {
  if constexpr (std::derived_from<std::remove_cvref_t<Module>, torch::nn::Module>) {
    return module;
  } else {
    return *module;
  }
}

inline void append(Tensors& results, const torch::Tensor& tensor) { results.push_back(tensor); }

template <class Result>
void append(Tensors& results, const std::vector<Result>& list) {
  for (const Result& each : list) append(results, each);
}

/// A pair or a tuple.
template <class Result>
  requires requires { std::tuple_size<Result>::value; }
void append(Tensors& results, const Result& tuple) {
  std::apply([&](const auto&... each) { (append(results, each), ...); }, tuple);
}

/// Calls module.forward(inputs[0], inputs[1], ...) if it takes that many tensors.
template <class Module, std::size_t... i>
bool call_with(Module& module, const Tensors& inputs, Tensors& results,
               std::index_sequence<i...> /*indices*/) {
  if constexpr (requires { append(results, module.forward(inputs[i]...)); }) {
    if (inputs.size() != sizeof...(i)) return false;
    append(results, module.forward(inputs[i]...));
    return true;
  }
  return false;
}

template <class Module>
Tensors call_forward(Module& module, const Tensors& inputs) {
  Tensors results;
  if constexpr (requires { append(results, module.forward(inputs)); }) {
    append(results, module.forward(inputs));
    return results;
  }
  const bool called = [&]<std::size_t... n>(std::index_sequence<n...>) {
    return (call_with(module, inputs, results, std::make_index_sequence<n + 1>()) || ...);
  }(std::make_index_sequence<kMaxInputs>());
  if (!called)
    throw std::invalid_argument("it has no forward that takes " + std::to_string(inputs.size()) +
                                " tensors and returns tensors; give export_model a function that "
                                "calls it");
  return results;
}

}  // namespace detail
}  // namespace torch_onnx
