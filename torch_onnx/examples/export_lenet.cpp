// Exports a LeNet (LeCun, Bottou, Bengio, Haffner, 1998) with random weights: export_lenet
// FILE.onnx

#include <torch/torch.h>
#include <torch_onnx/export.h>

#include <exception>
#include <iostream>

namespace nn = torch::nn;

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: export_lenet FILE.onnx\n";
    return 2;
  }
  nn::Sequential network(nn::Conv2d(nn::Conv2dOptions(1, 6, 5).padding(2)), nn::ReLU(),
                         nn::MaxPool2d(2), nn::Conv2d(6, 16, 5), nn::ReLU(), nn::MaxPool2d(2),
                         nn::Flatten(), nn::Linear(400, 120), nn::ReLU(), nn::Linear(120, 84),
                         nn::ReLU(), nn::Linear(84, 10), nn::Softmax(1));
  try {
    const torch::Tensor sample = torch::zeros({1, 1, 28, 28});
    torch_onnx::save_model(torch_onnx::export_model(network, sample), argv[1]);
  } catch (const std::exception& error) {
    std::cerr << "export_lenet: " << error.what() << "\n";
    return 1;
  }
  std::cout << "wrote " << argv[1] << "\n";
}
