#include "trace.h"

#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/csrc/jit/ir/alias_analysis.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/passes/dead_code_elimination.h>
#include <torch/csrc/jit/passes/inliner.h>
#include <torch/csrc/jit/passes/remove_mutation.h>
#include <torch_onnx/module_scope.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "error_text.h"

namespace torch_onnx {
namespace {

namespace jit = torch::jit;
namespace nn = torch::nn;

/// Puts a module in evaluation mode, without gradients, and restores its modes at the end.
class EvaluationGuard {
 public:
  explicit EvaluationGuard(nn::Module& module) {
    // A module that no shared_ptr holds cannot list itself.
    modes_.emplace_back(&module, module.is_training());
    for (const auto& part : module.modules(/*include_self=*/false))
      modes_.emplace_back(part.get(), part->is_training());
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
  std::vector<std::pair<nn::Module*, bool>> modes_;
  std::vector<torch::Tensor> trained_;
};

/// The type's name as users write it: of the module holder, without "Impl".
std::string module_type(const nn::Module& module) {
  std::string type = module.name();
  if (type.ends_with("Impl")) type.resize(type.size() - 4);
  return type;
}

/// Whether a value that `node` may change is used after it under another name: `node`'s own result
/// is not meant. The graph's inputs belong to the caller.
bool is_seen_elsewhere(jit::Node& node, const jit::AliasDb& aliases) {
  std::vector<jit::Value*> before(node.owningGraph()->inputs().begin(),
                                  node.owningGraph()->inputs().end());
  for (jit::Value* input : before)
    if (aliases.mayAlias(input, node.input(0))) return true;
  for (jit::Node* each : node.owningGraph()->nodes()) {
    if (each == &node) break;
    before.insert(before.end(), each->outputs().begin(), each->outputs().end());
  }
  for (jit::Value* value : before) {
    if (value->type()->kind() != c10::TypeKind::TensorType) continue;
    if (value != node.input(0) && !aliases.mayAlias(value, node.input(0))) continue;
    for (const jit::Use& use : value->uses())
      if (use.user->isAfter(&node)) return true;
  }
  return false;
}

/// Replaces in-place operations that RemoveTensorMutation leaves, because it does not see that
/// every later use of the changed tensor is one of the operation's result.
void remove_mutation(const std::shared_ptr<jit::Graph>& graph) {
  jit::RemoveTensorMutation(graph);
  std::vector<jit::Node*> in_place;
  for (jit::Node* node : graph->nodes()) {
    const std::string name = node->kind().toQualString();
    if (name.starts_with("aten::") && name.ends_with('_') && !name.ends_with("__"))
      in_place.push_back(node);
  }
  for (jit::Node* node : in_place) {
    const std::string name = node->kind().toQualString();
    const auto kind = jit::Symbol::fromQualString(name.substr(0, name.size() - 1));
    if (jit::getAllOperatorsFor(kind).empty()) continue;
    if (is_seen_elsewhere(*node, jit::AliasDb(graph))) continue;
    jit::Node* replacement = graph->create(kind, node->inputs());
    replacement->setScope(node->scope());
    replacement->output()->setType(node->output()->type());
    replacement->insertBefore(node);
    node->output()->replaceAllUsesWith(replacement->output());
    node->destroy();
  }
}

/// Explains what libtorch's tracer says of a tensor that it cannot make a constant of.
std::string explain(const std::string& why) {
  if (why.find("requires grad") == std::string::npos) return one_line(why);
  return "it uses a tensor that requires grad and is none of the module's parameters, so that it "
         "would be trained but not exported; register it with register_parameter, or detach() it "
         "outside of forward";
}

/// Calls `forward` and records its operations.
std::shared_ptr<jit::Graph> record(const Trace& trace, const Forward& forward,
                                   const Tensors& inputs) {
  std::string last;  // the last operation before a failure
  const auto failed = [&](const std::string& why) {
    std::string sizes;
    for (const torch::Tensor& input : inputs)
      sizes += (sizes.empty() ? "" : ", ") + c10::str(input.sizes());
    return ExportError("the network cannot be traced on " + sizes + ": " + explain(why) + last);
  };
  try {
    const auto run = [&](const jit::Stack& stack) {
      // After a failure libtorch does not know it any more.
      const std::shared_ptr<jit::tracer::TracingState> state = jit::tracer::getTracingState();
      try {
        Tensors tensors;
        for (const c10::IValue& value : stack) tensors.push_back(value.toTensor());
        const Tensors results = forward(tensors);
        return jit::Stack(results.begin(), results.end());
      } catch (...) {
        jit::Node* node = nullptr;
        for (jit::Node* each : state->graph->nodes())
          if (each->kind().is_aten()) node = each;
        if (node != nullptr) last = " (the last operation is " + describe(trace, *node) + ")";
        throw;
      }
    };
    const auto no_name = [](const torch::autograd::Variable&) { return std::string(); };
    jit::Stack stack;
    // Copies: the network's first operation may be in place.
    for (const torch::Tensor& input : inputs) stack.emplace_back(input.detach().clone());
    auto graph = jit::tracer::trace(stack, run, no_name).first->graph;
    if (graph->outputs().empty()) throw ExportError("the network returns no tensor");
    jit::Inline(*graph);
    remove_mutation(graph);
    jit::EliminateDeadCode(graph);
    return graph;
  } catch (const ExportError&) {
    throw;
  } catch (const c10::Error& error) {
    throw failed(error.what_without_backtrace());
  } catch (const std::exception& error) {
    throw failed(error.what());
  }
}

/// Records the network on other values than the examples': floating-point numbers of the other
/// sign and, where the network does not accept these, the examples' own in another order. Integers
/// may be indices, which only stay valid in another order.
std::shared_ptr<jit::Graph> record_other_values(const Trace& trace, const Forward& forward,
                                                const Tensors& examples) {
  Tensors negative, reversed;
  for (const torch::Tensor& example : examples) {
    const torch::Tensor values = example.detach();
    reversed.push_back(values.flatten().flip(0).reshape(values.sizes()));
    negative.push_back(values.is_floating_point() ? -values - 0.5 : reversed.back());
  }
  try {
    return record(trace, forward, negative);
  } catch (const ExportError&) {
    return record(trace, forward, reversed);
  }
}

using AxisSizes = std::map<std::string, std::int64_t>;

/// The sizes of the dynamic axes by name.
AxisSizes axis_sizes(const Tensors& examples, const std::vector<DynamicAxes>& dynamic_axes) {
  AxisSizes sizes;
  for (std::size_t i = 0; i < examples.size(); ++i)
    for (const auto& [axis, name] : dynamic_axes[i]) {
      if (axis < 0 || axis >= examples[i].dim())
        throw ExportError("input " + std::to_string(i) + " of size " +
                          c10::str(examples[i].sizes()) + " has no axis " + std::to_string(axis));
      const std::int64_t size = examples[i].size(axis);
      if (sizes.emplace(name, size).first->second != size)
        throw ExportError("the examples disagree in the size of the dynamic axis \"" + name +
                          "\"; use other names, or say in dynamic_axes which axes are fixed");
    }
  return sizes;
}

std::string to_text(const AxisSizes& sizes) {
  std::string text;
  for (const auto& [name, size] : sizes)
    text += (text.empty() ? "" : ", ") + name + " = " + std::to_string(size);
  return text;
}

/// The examples with other sizes of the dynamic axes, made of repetitions of their values.
Tensors resized(const Tensors& examples, const std::vector<DynamicAxes>& dynamic_axes,
                const AxisSizes& sizes) {
  Tensors others;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    torch::Tensor values = examples[i].detach();
    for (const auto& [axis, name] : dynamic_axes[i]) {
      const torch::Tensor indices = torch::arange(sizes.at(name)).remainder(values.size(axis));
      values = values.index_select(axis, indices.to(values.device()));
    }
    others.push_back(values.clone());
  }
  return others;
}

/// Other sizes to try, in each of which every axis differs in another way. A network may accept
/// multiples of a number only, or sizes up to a limit only. None is 1: that would also fit where
/// the size is fixed, by broadcasting.
std::vector<AxisSizes> other_sizes(const AxisSizes& sizes) {
  std::vector<AxisSizes> others;
  const auto add = [&](const std::function<std::int64_t(std::int64_t size, int axis)>& change) {
    AxisSizes changed;
    bool fits = true;
    for (const auto& [name, size] : sizes) {
      const std::int64_t other = change(size, static_cast<int>(changed.size()));
      fits &= other >= 2 && other != size;
      changed[name] = other;
    }
    if (fits && std::ranges::count(others, changed) == 0) others.push_back(changed);
  };
  add([](std::int64_t size, int axis) { return size * (2 + axis); });
  add([](std::int64_t size, int axis) { return size * (3 + 2 * axis); });
  add([](std::int64_t size, int axis) { return size + 1 + axis; });
  add([](std::int64_t size, int axis) { return size + 2 + 3 * axis; });
  add([](std::int64_t size, int axis) { return size / (2 + axis); });
  add([](std::int64_t size, int axis) { return size - 1 - axis; });
  return others;
}

/// Why a network fails on other sizes than the examples': the constant tensor with an example's
/// first size, if there is one.
std::string find_fixed_constant(const jit::Graph& graph, const Tensors& examples) {
  for (const jit::Node* node : graph.nodes()) {
    const auto value = node->outputs().size() == 1 ? jit::toIValue(node->output()) : std::nullopt;
    if (!value || !value->isTensor() || value->toTensor().dim() < 2) continue;
    const torch::Tensor constant = value->toTensor();
    for (const torch::Tensor& example : examples)
      if (constant.dim() == example.dim() && constant.size(0) == example.size(0) &&
          constant.size(0) > 1)
        return "; the constant of size " + c10::str(constant.sizes()) +
               " would fix the size of the batch";
  }
  return {};
}

/// Compares a trace with another one of the same network.
class Comparison {
 public:
  /// `condition` says what differs in the inputs: "the size of a dynamic axis (N = 2, then N = 4)".
  Comparison(const Trace& trace, jit::Graph& other, std::string condition, bool same_sizes)
      : trace_(trace), other_(other), condition_(std::move(condition)), same_sizes_(same_sizes) {}

  /// Returns the value of the other graph for each of the first. Throws ExportError where they
  /// differ in more than integers that follow a size.
  std::unordered_map<const jit::Value*, const jit::Value*> run() {
    match(trace_.graph->inputs(), other_.inputs());
    auto other = other_.nodes().begin();
    for (jit::Node* node : trace_.graph->nodes()) {
      if (other == other_.nodes().end()) throw branch(*node);
      compare(*node, **other);
      match(node->outputs(), (*other)->outputs());
      ++other;
    }
    if (other != other_.nodes().end() || !same(trace_.graph->outputs(), other_.outputs()))
      throw branch(*trace_.graph->return_node());
    return std::move(values_);
  }

 private:
  void match(at::ArrayRef<jit::Value*> values, at::ArrayRef<jit::Value*> others) {
    for (std::size_t i = 0; i < values.size(); ++i) values_[values[i]] = others[i];
  }

  bool same(at::ArrayRef<jit::Value*> values, at::ArrayRef<jit::Value*> others) const {
    if (values.size() != others.size()) return false;
    for (std::size_t i = 0; i < values.size(); ++i)
      if (values_.at(values[i]) != others[i]) return false;
    return true;
  }

  void compare(jit::Node& node, jit::Node& other) const {
    const auto rank = [](const jit::Value* value) {
      const auto type = value->type()->cast<c10::TensorType>();
      return type ? type->dim() : std::nullopt;
    };
    bool agree = node.kind() == other.kind() && same(node.inputs(), other.inputs()) &&
                 node.outputs().size() == other.outputs().size();
    for (std::size_t i = 0; agree && i < node.outputs().size(); ++i)
      agree = rank(node.outputs()[i]) == rank(other.outputs()[i]);
    if (!agree) throw branch(node);
    if (node.kind() != c10::prim::Constant) return;
    const auto value = jit::toIValue(node.output());
    const auto other_value = jit::toIValue(other.output());
    if (!value || !other_value || equal(*value, *other_value)) return;
    jit::Node* user = node.output()->uses().at(0).user;
    if (user->kind() == c10::prim::ListConstruct) user = user->output()->uses().at(0).user;
    throw ExportError(describe(trace_, *user) + ": a constant in it depends on " + condition_ +
                      ", which tracing would freeze; compute it with tensor operations" +
                      (same_sizes_ ? std::string() : ", or leave the axis out of dynamic_axes"));
  }

  bool equal(const c10::IValue& value, const c10::IValue& other) const {
    if (value.tagKind() != other.tagKind()) return false;
    if (value.isTensor()) {
      const torch::Tensor& tensor = value.toTensor();
      if (!tensor.defined()) return !other.toTensor().defined();
      return tensor.is_same(other.toTensor()) ||
             (tensor.scalar_type() == other.toTensor().scalar_type() &&
              tensor.equal(other.toTensor()));
    }
    if (value.isInt()) return !same_sizes_ || value.toInt() == other.toInt();
    if (value.isDouble() && std::isnan(value.toDouble())) return std::isnan(other.toDouble());
    if (value.isDouble() || value.isBool() || value.isString()) return value == other;
    return true;
  }

  ExportError branch(jit::Node& first) const {
    jit::Node* node = &first;
    while (!node->kind().is_aten() && node->kind() != c10::prim::Return) node = node->next();
    const std::string where =
        node->kind() == c10::prim::Return ? "the results" : describe(trace_, *node);
    return ExportError(where + ": what is computed here depends on " + condition_ +
                       ". Tracing would freeze one branch; use tensor operations such as "
                       "torch::where" +
                       (same_sizes_ ? std::string() : ", or leave the axis out of dynamic_axes"));
  }

  const Trace& trace_;
  jit::Graph& other_;
  std::string condition_;
  bool same_sizes_;
  std::unordered_map<const jit::Value*, const jit::Value*> values_;
};

/// Records the network with other sizes of the dynamic axes, twice.
void add_variants(Trace& trace, const Forward& forward, const Tensors& examples,
                  const std::vector<DynamicAxes>& dynamic_axes) {
  const AxisSizes sizes = axis_sizes(examples, dynamic_axes);
  if (sizes.empty()) return;
  std::string first_failure;
  for (const AxisSizes& changed : other_sizes(sizes)) {
    if (trace.variants.size() == 2) break;
    std::shared_ptr<jit::Graph> graph;
    try {
      graph = record(trace, forward, resized(examples, dynamic_axes, changed));
    } catch (const ExportError& error) {
      if (first_failure.empty()) first_failure = error.what();
      continue;
    }
    const std::string condition =
        "the size of a dynamic axis (" + to_text(sizes) + ", then " + to_text(changed) + ")";
    for (const auto& [value, other] : Comparison(trace, *graph, condition, false).run())
      trace.counterparts[value].push_back(other);
    trace.variants.push_back(graph);
  }
  if (trace.variants.empty())
    throw ExportError(first_failure + find_fixed_constant(*trace.graph, examples) +
                      ". The dynamic axes are " + to_text(sizes) +
                      " in the examples; dynamic_axes says which are dynamic");
}

}  // namespace

ModuleScope::ModuleScope(const std::string& child) {
  if (!jit::tracer::isTracing()) return;
  jit::Graph& graph = *jit::tracer::getTracingState()->graph;
  scope_.emplace(graph, graph.current_scope()->push(jit::Symbol::scope(child)));
}

torch::Tensor forward_by_child(nn::SequentialImpl& network, torch::Tensor tensor) {
  auto module = network.begin();
  for (const std::string& name : network.named_children().keys()) {
    const ModuleScope scope(name);
    tensor = module->any_forward(std::move(tensor)).get<torch::Tensor>();
    ++module;
  }
  return tensor;
}

Trace trace_network(nn::Module& module, const Forward& forward, const Tensors& examples,
                    const std::vector<DynamicAxes>& dynamic_axes) {
  const EvaluationGuard evaluation(module);
  const torch::NoGradGuard no_grad;
  Trace trace;
  for (const auto& weight : module.named_parameters()) trace.weights[weight.key()] = *weight;
  for (const auto& weight : module.named_buffers()) trace.weights[weight.key()] = *weight;
  for (const auto& child : module.named_modules("", /*include_self=*/false))
    trace.module_types[child.key()] = module_type(*child.value());
  trace.graph = record(trace, forward, examples);
  const auto others = record_other_values(trace, forward, examples);
  Comparison(trace, *others, "the values of an input", true).run();
  add_variants(trace, forward, examples, dynamic_axes);
  return trace;
}

std::string find_weight(const Trace& trace, const torch::Tensor& tensor) {
  for (const auto& [name, weight] : trace.weights)
    if (weight.const_data_ptr() == tensor.const_data_ptr() && weight.numel() == tensor.numel())
      return name;
  return {};
}

std::string module_path(const Trace& trace, jit::Node& node) {
  std::string path = node.scope() == nullptr ? "" : node.scope()->namesFromRoot(".");
  const std::string prefix = path.empty() ? "" : path + ".";
  for (const jit::Value* input : node.inputs()) {
    // The transpose of a weight stands for the weight.
    if (input->node()->kind() == c10::aten::t) input = input->node()->input(0);
    const auto value = jit::toIValue(input);
    if (!value || !value->isTensor() || !value->toTensor().defined()) continue;
    const std::string name = find_weight(trace, value->toTensor());
    const std::size_t dot = name.find_last_of('.');
    if (dot != std::string::npos && dot > prefix.size() && name.starts_with(prefix))
      return name.substr(0, dot);
  }
  return path;
}

std::string describe(const Trace& trace, jit::Node& node) {
  const std::string name = node.kind().toQualString();
  std::string path = module_path(trace, node);
  const char* relation = " in module \"";
  if (path.empty()) {
    relation = " after module \"";
    for (jit::Node* each : node.owningGraph()->nodes()) {
      if (each == &node) break;
      if (const std::string before = module_path(trace, *each); !before.empty()) path = before;
    }
  }
  if (path.empty()) return name;
  const auto type = trace.module_types.find(path);
  return name + relation + path + "\"" +
         (type == trace.module_types.end() ? "" : " (" + type->second + ")");
}

}  // namespace torch_onnx
