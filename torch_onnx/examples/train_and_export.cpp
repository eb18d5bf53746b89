// Trains the network of PyTorch's C++ MNIST example for a moment and exports it:
// train_and_export FILE.onnx

#include <torch/torch.h>
#include <torch_onnx/export.h>

#include <exception>
#include <iostream>

struct Net : torch::nn::Module {
  torch::Tensor forward(torch::Tensor x) {
    x = torch::relu(torch::max_pool2d(conv1->forward(x), 2));
    x = torch::relu(torch::max_pool2d(conv2_drop->forward(conv2->forward(x)), 2));
    x = x.view({-1, 320});
    x = torch::relu(fc1->forward(x));
    x = torch::dropout(x, 0.5, is_training());
    return torch::log_softmax(fc2->forward(x), 1);
  }

  torch::nn::Conv2d conv1 = register_module("conv1", torch::nn::Conv2d(1, 10, 5));
  torch::nn::Conv2d conv2 = register_module("conv2", torch::nn::Conv2d(10, 20, 5));
  torch::nn::Dropout2d conv2_drop = register_module("conv2_drop", torch::nn::Dropout2d());
  torch::nn::Linear fc1 = register_module("fc1", torch::nn::Linear(320, 50));
  torch::nn::Linear fc2 = register_module("fc2", torch::nn::Linear(50, 10));
};

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: train_and_export FILE.onnx\n";
    return 2;
  }
  Net network;
  torch::optim::SGD optimizer(network.parameters(), /*lr=*/0.05);
  for (int step = 0; step < 50; ++step) {
    // Noise with one bright column, whose place is the label.
    const torch::Tensor labels = torch::randint(10, {32}, torch::kInt64);
    const torch::Tensor columns = torch::one_hot(labels * 2, 28).view({32, 1, 1, 28});
    const torch::Tensor pictures = torch::rand({32, 1, 28, 28}) / 2 + columns;
    optimizer.zero_grad();
    torch::nll_loss(network.forward(pictures), labels).backward();
    optimizer.step();
  }
  try {
    torch_onnx::ExportOptions options;
    options.input_names = {"image"};
    options.output_names = {"log_probabilities"};
    torch_onnx::export_model(network, torch::zeros({1, 1, 28, 28}), argv[1], options);
  } catch (const std::exception& error) {
    std::cerr << "train_and_export: " << error.what() << "\n";
    return 1;
  }
  std::cout << "To look at it: npx netron " << argv[1] << "\n";
}
