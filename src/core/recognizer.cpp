#include "core/recognizer.h"

#include <algorithm>
#include <array>
#include <string>

namespace numeral {

Recognizer::Recognizer(ModelCard card, Session session)
    : card_(std::move(card)), session_(std::move(session)) {}

Result<Recognizer> Recognizer::create(ModelCard card, std::span<const std::byte> model) {
  Result<Session> session = load_session(model);
  if (!session) return tl::unexpected(session.error());
  Recognizer recognizer(std::move(card), std::move(*session));
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
  Result<std::vector<float>> probabilities = lessons_ ? lessons_->probabilities(input) : run(input);
  if (!probabilities) return tl::unexpected(probabilities.error());
  Recognition answer;
  answer.input = input;
  answer.probabilities = std::move(*probabilities);
  const auto best = std::max_element(answer.probabilities.begin(), answer.probabilities.end());
  answer.digit = static_cast<int>(best - answer.probabilities.begin());
  answer.confidence = *best;
  answer.accepted = answer.confidence >= card_.accept_threshold;
  return answer;
}

Result<std::vector<float>> Recognizer::run(NetworkInput input) {
  std::vector<float> probabilities(card_.labels.size());
  const std::array<std::int64_t, 2> output_shape{1, std::int64_t(probabilities.size())};
  const Result<OrtValueHandle> image = tensor_over(input, kInputShape);
  if (!image) return tl::unexpected(image.error());
  const Result<OrtValueHandle> output = tensor_over(probabilities, output_shape);
  if (!output) return tl::unexpected(output.error());

  const OrtValue* input_value = image->get();
  OrtValue* output_value = output->get();
  if (auto ran = check(onnxruntime_api()->Run(session_.get(), nullptr, &kInputName, &input_value, 1,
                                              &kOutputName, 1, &output_value));
      !ran)
    return tl::unexpected(ran.error());
  return probabilities;
}

}  // namespace numeral
