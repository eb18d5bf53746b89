// A model card. A valid one must stay the same when it is written and read again.

#include "native/model_card_json.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace numeral;
  const auto file = parse_model_card(fuzz::text_of({data, size}));
  if (!file) {
    fuzz::require(fuzz::is_one_line(file.error().message));
    return 0;
  }
  const std::string written = to_json(*file);
  const auto again = parse_model_card(written);
  fuzz::require(again.has_value() && to_json(*again) == written);
  return 0;
}
