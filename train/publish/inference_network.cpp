#include "train/publish/inference_network.h"

#include <string>

#include "train/network/network.h"

namespace numeral {
namespace {

namespace nn = torch::nn;

/// A copy of `layer` that takes pictures which are not normalised. Right only without padding:
/// padding would have to be the mean, not 0.
nn::Conv2d fold_normalization(const nn::Conv2dImpl& layer, const NormalizeImpl& normalize) {
  const auto& options = layer.options;
  nn::Conv2d copy(
      nn::Conv2dOptions(options.in_channels(), options.out_channels(), options.kernel_size())
          .stride(options.stride()));
  copy->weight.copy_(layer.weight / normalize.standard_deviation());
  copy->bias.copy_(-normalize.mean() * copy->weight.sum({1, 2, 3}));
  return copy;
}

/// A copy of `layer` whose output is multiplied by `factor`.
nn::Linear scale_output(const nn::LinearImpl& layer, double factor) {
  nn::Linear copy(layer.options);
  copy->weight.copy_(layer.weight * factor);
  copy->bias.copy_(layer.bias * factor);
  return copy;
}

}  // namespace

nn::Sequential inference_network(const nn::Sequential& network, int classes, double temperature) {
  const torch::NoGradGuard no_grad;
  const auto layers = network->named_children();
  const auto& first = *layers[kFirstLayer]->as<nn::Conv2d>();
  const auto& normalize = *layers[kNormalizeLayer]->as<Normalize>();
  const auto& last = *layers[kLastLayer]->as<nn::Linear>();
  nn::Sequential inference;
  auto module = network->begin();
  for (const std::string& name : layers.keys()) {
    if (name == kFirstLayer)
      inference->push_back(name, nn::AnyModule(fold_normalization(first, normalize)));
    else if (name != kNormalizeLayer && name != kLastLayer)
      inference->push_back(name, *module);
    ++module;
  }
  inference->push_back(kLastLayer, scale_output(last, 1 / temperature));
  inference->push_back("softmax", nn::Softmax(1));
  const auto outputs = static_cast<int>(last.options.out_features());
  if (outputs > classes) {
    nn::Linear spread(nn::LinearOptions(outputs, classes));
    spread->weight.copy_(spread_matrix(outputs, classes).t());
    spread->bias.zero_();
    inference->push_back("spread", spread);
  }
  inference->eval();
  return inference;
}

}  // namespace numeral
