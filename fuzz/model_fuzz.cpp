// A model in ORT format, with a card that fits the published model: what passes our checks must not
// crash ONNX Runtime.

#include "core/recognizer.h"
#include "fuzz.h"
#include "native/model_check.h"
#include "native/ort_model.h"

namespace {

numeral::ModelCard card_of_published() {
  numeral::ModelCard card;
  for (char digit = '0'; digit <= '9'; ++digit) card.labels.emplace_back(1, digit);
  card.operators = {"ai.onnx;12;MaxPool", "ai.onnx;13;Flatten", "ai.onnx;13;Gemm",
                    "ai.onnx;13;Softmax", "com.microsoft;1;FusedConv"};
  return card;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace numeral;
  const ModelCard card = card_of_published();
  const fuzz::Bytes bytes(data, size);
  const auto model = parse_ort_model(bytes);
  const auto checked =
      model.and_then([&](const OrtModel& parsed) { return check_model(parsed, card); });
  if (!checked) {
    fuzz::require(!checked.error().message.empty());
    return 0;
  }
  auto recognizer = Recognizer::create(card, std::as_bytes(bytes));
  if (!recognizer) fuzz::require(!recognizer.error().message.empty());
  return 0;
}
