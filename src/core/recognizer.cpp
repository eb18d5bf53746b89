#include "core/recognizer.h"

#include <algorithm>
#include <array>
#include <string>

namespace numeral {
namespace {

constexpr std::array<std::int64_t, 4> kInputShape{1, 1, kInputSize, kInputSize};

/// One thread: more would not make so small a network faster, and WebAssembly has no more unless
/// the server sends special headers.
Result<OrtSessionOptionsHandle> session_options() {
  const OrtApi* api = onnxruntime_api();
  OrtSessionOptions* options = nullptr;
  if (auto made = check(api->CreateSessionOptions(&options)); !made)
    return tl::unexpected(made.error());
  OrtSessionOptionsHandle handle(options);
  if (auto set = check(api->SetIntraOpNumThreads(options, 1)); !set)
    return tl::unexpected(set.error());
  if (auto set = check(api->SetSessionExecutionMode(options, ORT_SEQUENTIAL)); !set)
    return tl::unexpected(set.error());
  return handle;
}

/// A tensor that uses the caller's memory, which must outlive it.
Result<OrtValueHandle> tensor_over(std::span<float> values, std::span<const std::int64_t> shape) {
  const OrtApi* api = onnxruntime_api();
  OrtMemoryInfo* memory = nullptr;
  if (auto made = check(api->CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory));
      !made)
    return tl::unexpected(made.error());
  const OrtMemoryInfoHandle memory_handle(memory);
  OrtValue* value = nullptr;
  if (auto made = check(api->CreateTensorWithDataAsOrtValue(
          memory, values.data(), values.size_bytes(), shape.data(), shape.size(),
          ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &value));
      !made)
    return tl::unexpected(made.error());
  return OrtValueHandle(value);
}

}  // namespace

Recognizer::Recognizer(ModelCard card, OrtSessionHandle session)
    : card_(std::move(card)), session_(std::move(session)) {}

Result<Recognizer> Recognizer::create(ModelCard card, std::span<const std::byte> model) {
  const Result<OrtEnv*> environment = onnxruntime_environment();
  if (!environment) return tl::unexpected(environment.error());
  const Result<OrtSessionOptionsHandle> options = session_options();
  if (!options) return tl::unexpected(options.error());
  OrtSession* session = nullptr;
  if (auto made = check(onnxruntime_api()->CreateSessionFromArray(
          *environment, model.data(), model.size(), options->get(), &session));
      !made)
    return fail("the model cannot be loaded: " + made.error().message);

  Recognizer recognizer(std::move(card), OrtSessionHandle(session));
  // Running it once shows whether its input and output are those of the card.
  if (auto answer = recognizer.recognize(NetworkInput{}); !answer)
    return fail("the model does not fit its card: " + answer.error().message);
  return recognizer;
}

Result<std::optional<Recognition>> Recognizer::recognize(const GrayImage& image) {
  const std::optional<NetworkInput> input = preprocess(image, card_.input_mode);
  if (!input) return std::nullopt;
  Result<Recognition> answer = recognize(*input);
  if (!answer) return tl::unexpected(answer.error());
  return std::move(*answer);
}

Result<Recognition> Recognizer::recognize(const NetworkInput& input) {
  Recognition answer;
  answer.input = input;
  answer.probabilities.resize(card_.labels.size());
  const std::array<std::int64_t, 2> output_shape{1, std::int64_t(card_.labels.size())};
  const Result<OrtValueHandle> image = tensor_over(answer.input, kInputShape);
  if (!image) return tl::unexpected(image.error());
  const Result<OrtValueHandle> probabilities = tensor_over(answer.probabilities, output_shape);
  if (!probabilities) return tl::unexpected(probabilities.error());

  const OrtValue* input_value = image->get();
  OrtValue* output_value = probabilities->get();
  if (auto run = check(onnxruntime_api()->Run(session_.get(), nullptr, &kInputName, &input_value, 1,
                                              &kOutputName, 1, &output_value));
      !run)
    return tl::unexpected(run.error());

  const auto best = std::max_element(answer.probabilities.begin(), answer.probabilities.end());
  answer.digit = static_cast<int>(best - answer.probabilities.begin());
  answer.confidence = *best;
  answer.accepted = answer.confidence >= card_.accept_threshold;
  return answer;
}

}  // namespace numeral
