// Runs a model that makes floats of floats, batches of one: JavaScript calls load once, and run for
// each answer.

#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

static std::optional<Ort::Session> session;

extern "C" void load(const void* model, std::size_t bytes) {
  static Ort::Env environment;
  session.emplace(environment, model, bytes, Ort::SessionOptions());
}

extern "C" const float* run(float* values, std::size_t count) {
  static std::vector<Ort::Value> outputs;
  const auto input = session->GetInputNameAllocated(0, Ort::AllocatorWithDefaultOptions());
  const auto output = session->GetOutputNameAllocated(0, Ort::AllocatorWithDefaultOptions());
  std::vector<std::int64_t> shape =
      session->GetInputTypeInfo(0).GetTensorTypeAndShapeInfo().GetShape();
  for (std::int64_t& size : shape) size = std::max<std::int64_t>(size, 1);  // dynamic axes: -1
  const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  const Ort::Value tensor =
      Ort::Value::CreateTensor(memory, values, count, shape.data(), shape.size());
  const char *inputs[] = {input.get()}, *names[] = {output.get()};
  outputs = session->Run(Ort::RunOptions(), inputs, &tensor, 1, names, 1);
  return outputs[0].GetTensorData<float>();
}
