// Exports a MobileNetV2, a small transformer encoder and a recurrent network, with random weights,
// for the comparison of onnxruntime_wasm with onnxruntime-web: export_networks FOLDER
//
// Prints what libtorch answers to the recurrent one's example, for a test.

#include <torch/torch.h>
#include <torch_onnx/export.h>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>

#include "torch_onnx/networks.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: export_networks FOLDER\n", stderr);
    return 2;
  }
  const std::string folder = argv[1];
  try {
    torch::manual_seed(1);
    torch_onnx::test::MobileNetV2 mobilenet;
    torch_onnx::test::randomize_batch_norms(mobilenet);
    torch_onnx::ExportOptions options;
    options.input_names = {"image"};
    options.output_names = {"scores"};
    torch_onnx::export_model(mobilenet, torch::zeros({1, 3, 224, 224}),
                             folder + "/mobilenet_v2.onnx", options);

    torch_onnx::test::Transformer transformer;
    options.input_names = {"tokens", "mask"};
    options.dynamic_axes = {{{0, "batch"}, {1, "length"}}, {{0, "batch"}, {1, "length"}}};
    const torch::Tensor tokens = torch::ones({1, 16}, torch::kInt64);
    torch_onnx::export_model(transformer, {tokens, tokens}, folder + "/transformer.onnx", options);

    torch_onnx::test::Recurrent recurrent;
    options.input_names = {"series"};
    options.dynamic_axes = {{{1, "batch"}}};
    const torch::Tensor series = (torch::arange(128) * 37).remainder(101).view({16, 1, 8}) / 101.0;
    torch_onnx::export_model(recurrent, series, folder + "/recurrent.onnx", options);
    const torch::Tensor scores = recurrent.forward(series).contiguous();
    for (std::int64_t i = 0; i < scores.numel(); ++i)
      std::printf("%.9g\n", scores.data_ptr<float>()[i]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "export_networks: %s\n", error.what());
    return 1;
  }
}
