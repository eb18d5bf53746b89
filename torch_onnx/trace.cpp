#include "torch_onnx/trace.h"

#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/csrc/jit/passes/dead_code_elimination.h>
#include <torch/csrc/jit/passes/inliner.h>
#include <torch/csrc/jit/passes/remove_mutation.h>

#include <utility>
#include <vector>

#include "train/base/torch_error.h"

namespace numeral {
namespace {

namespace jit = torch::jit;
namespace nn = torch::nn;

/// Puts a module in evaluation mode, without gradients, until the guard goes.
class EvaluationGuard {
 public:
  explicit EvaluationGuard(nn::Module& module) {
    for (const auto& part : module.modules()) modes_.emplace_back(part, part->is_training());
    module.eval();
    // The tracer takes no tensor for a constant that needs a gradient.
    for (torch::Tensor& parameter : module.parameters()) {
      if (!parameter.requires_grad()) continue;
      parameter.requires_grad_(false);
      trained_.push_back(parameter);
    }
  }

  ~EvaluationGuard() {
    for (const torch::Tensor& parameter : trained_) parameter.requires_grad_(true);
    // A module sets its children too; they come after it and have the last word.
    for (const auto& [part, training] : modes_) part->train(training);
  }

  EvaluationGuard(const EvaluationGuard&) = delete;
  EvaluationGuard& operator=(const EvaluationGuard&) = delete;

 private:
  std::vector<std::pair<std::shared_ptr<nn::Module>, bool>> modes_;
  std::vector<torch::Tensor> trained_;
};

/// What Sequential::forward does, with a scope for each child.
torch::Tensor forward_by_child(nn::SequentialImpl& network, torch::Tensor tensor) {
  auto module = network.begin();
  for (const std::string& name : network.named_children().keys()) {
    const ModuleScope scope(name);
    tensor = module->any_forward(std::move(tensor)).get<torch::Tensor>();
    ++module;
  }
  return tensor;
}

/// The type's name as users write it: that of the module holder, without "Impl".
std::string module_type(const nn::Module& module) {
  std::string type = module.name();
  if (type.ends_with("Impl")) type.resize(type.size() - 4);
  return type;
}

Trace describe(const nn::Module& network, std::shared_ptr<jit::Graph> graph) {
  Trace trace;
  trace.graph = std::move(graph);
  for (const auto& weight : network.named_parameters()) trace.weights[weight.key()] = *weight;
  for (const auto& weight : network.named_buffers()) trace.weights[weight.key()] = *weight;
  for (const auto& module : network.named_modules("", /*include_self=*/false))
    trace.module_types[module.key()] = module_type(**module);
  return trace;
}

}  // namespace

ModuleScope::ModuleScope(const std::string& child) {
  if (!jit::tracer::isTracing()) return;
  jit::Graph& graph = *jit::tracer::getTracingState()->graph;
  scope_.emplace(graph, graph.current_scope()->push(jit::Symbol::scope(child)));
}

Result<Trace> trace_network(nn::Sequential network, const torch::Tensor& sample) {
  const EvaluationGuard evaluation(*network);
  const torch::NoGradGuard no_grad;
  const auto failed = [&](std::string_view why) {
    return fail("the network cannot be traced on " + c10::str(sample.sizes()) + ": " +
                one_line(why));
  };
  try {
    const auto forward = [&](jit::Stack inputs) {
      return jit::Stack{forward_by_child(*network, inputs.at(0).toTensor())};
    };
    const auto no_name = [](const torch::autograd::Variable&) { return std::string(); };
    // A copy, as the network's first operation may be one in place.
    const auto state = jit::tracer::trace({sample.detach().clone()}, forward, no_name).first;
    jit::Inline(*state->graph);
    jit::RemoveTensorMutation(state->graph);
    jit::EliminateDeadCode(state->graph);
    return describe(*network, state->graph);
  } catch (const c10::Error& error) {
    return failed(error.what_without_backtrace());
  } catch (const std::exception& error) {
    return failed(error.what());
  }
}

}  // namespace numeral
