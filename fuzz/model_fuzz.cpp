// A model in ONNX Runtime's own format, with a card that fits the published one.

#include "../src/recognizer.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace numeral;
  ModelCard card;
  for (char digit = '0'; digit <= '9'; ++digit) card.labels.emplace_back(1, digit);
  auto recognizer = Recognizer::create(std::move(card), std::as_bytes(fuzz::Bytes(data, size)));
  if (!recognizer) fuzz::require(!recognizer.error().message.empty());
  return 0;
}
