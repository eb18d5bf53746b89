// A model card. A valid one must stay the same when it is written and read again.

#include "core/model_card.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace numeral;
  const auto card = parse_model_card(fuzz::text_of({data, size}));
  if (!card) {
    fuzz::require(fuzz::is_one_line(card.error().message));
    return 0;
  }
  const std::string written = to_json(*card);
  const auto again = parse_model_card(written);
  fuzz::require(again.has_value() && to_json(*again) == written);
  return 0;
}
