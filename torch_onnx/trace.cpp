#include "trace.h"

#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/csrc/jit/passes/dead_code_elimination.h>
#include <torch/csrc/jit/passes/inliner.h>
#include <torch/csrc/jit/passes/remove_mutation.h>
#include <torch_onnx/export.h>
#include <torch_onnx/module_scope.h>

#include <functional>
#include <utility>
#include <vector>

#include "error_text.h"

namespace torch_onnx {
namespace {

namespace jit = torch::jit;
namespace nn = torch::nn;

/// Puts a module in evaluation mode, without gradients, and restores its modes at the end.
class EvaluationGuard {
 public:
  explicit EvaluationGuard(nn::Module& module) {
    for (const auto& part : module.modules()) modes_.emplace_back(part, part->is_training());
    module.eval();
    // The tracer refuses constants that require a gradient.
    for (torch::Tensor& parameter : module.parameters()) {
      if (!parameter.requires_grad()) continue;
      parameter.requires_grad_(false);
      trained_.push_back(parameter);
    }
  }

  ~EvaluationGuard() {
    for (const torch::Tensor& parameter : trained_) parameter.requires_grad_(true);
    // train() sets the children as well; each child comes later in the list and is set again.
    for (const auto& [part, training] : modes_) part->train(training);
  }

  EvaluationGuard(const EvaluationGuard&) = delete;
  EvaluationGuard& operator=(const EvaluationGuard&) = delete;

 private:
  std::vector<std::pair<std::shared_ptr<nn::Module>, bool>> modes_;
  std::vector<torch::Tensor> trained_;
};

/// Sequential::forward, with a scope for each child.
torch::Tensor forward_by_child(nn::SequentialImpl& network, torch::Tensor tensor) {
  auto module = network.begin();
  for (const std::string& name : network.named_children().keys()) {
    const ModuleScope scope(name);
    tensor = module->any_forward(std::move(tensor)).get<torch::Tensor>();
    ++module;
  }
  return tensor;
}

/// The type's name as users write it: of the module holder, without "Impl".
std::string module_type(const nn::Module& module) {
  std::string type = module.name();
  if (type.ends_with("Impl")) type.resize(type.size() - 4);
  return type;
}

Trace trace_module(nn::Module& module, const torch::Tensor& sample,
                   const std::function<torch::Tensor(torch::Tensor)>& forward) {
  const EvaluationGuard evaluation(module);
  const torch::NoGradGuard no_grad;
  const auto failed = [&](const std::string& why) {
    return ExportError("the network cannot be traced on " + c10::str(sample.sizes()) + ": " +
                       one_line(why));
  };
  Trace trace;
  try {
    const auto run = [&](jit::Stack inputs) {
      return jit::Stack{forward(inputs.at(0).toTensor())};
    };
    const auto no_name = [](const torch::autograd::Variable&) { return std::string(); };
    // A copy: the network's first operation may be in place.
    trace.graph = jit::tracer::trace({sample.detach().clone()}, run, no_name).first->graph;
    jit::Inline(*trace.graph);
    jit::RemoveTensorMutation(trace.graph);
    jit::EliminateDeadCode(trace.graph);
  } catch (const c10::Error& error) {
    throw failed(error.what_without_backtrace());
  } catch (const std::exception& error) {
    throw failed(error.what());
  }
  for (const auto& weight : module.named_parameters()) trace.weights[weight.key()] = *weight;
  for (const auto& weight : module.named_buffers()) trace.weights[weight.key()] = *weight;
  for (const auto& child : module.named_modules("", /*include_self=*/false))
    trace.module_types[child.key()] = module_type(*child.value());
  return trace;
}

}  // namespace

ModuleScope::ModuleScope(const std::string& child) {
  if (!jit::tracer::isTracing()) return;
  jit::Graph& graph = *jit::tracer::getTracingState()->graph;
  scope_.emplace(graph, graph.current_scope()->push(jit::Symbol::scope(child)));
}

Trace trace_network(nn::Sequential network, const torch::Tensor& sample) {
  return trace_module(*network, sample, [&](torch::Tensor tensor) {
    return forward_by_child(*network, std::move(tensor));
  });
}

Trace trace_network(nn::AnyModule module, const torch::Tensor& sample) {
  return trace_module(*module.ptr(), sample, [&](torch::Tensor tensor) {
    return module.any_forward(std::move(tensor)).get<torch::Tensor>();
  });
}

}  // namespace torch_onnx
