#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "core/model_card.h"

namespace numeral {

/// At most so many alternatives, and texts that can be meant.
inline constexpr std::size_t kMaxAlternatives = 100;
inline constexpr std::size_t kMaxAmong = 1000;

/// What each line can be, where that is known. By default, anything.
struct Hints {
  std::size_t min_length = 1;  ///< of digits
  std::size_t max_length = std::numeric_limits<std::size_t>::max();
  std::vector<std::string> among = {};  ///< the texts that are possible; empty: all

  bool operator==(const Hints&) const = default;
};

/// How something is read.
struct ReadOptions {
  Hints hints = {};
  std::size_t alternatives = 0;  ///< so many of the best readings are asked for
  bool signs = false;            ///< decimal point, comma and minus are read
  bool numbers = false;          ///< several numbers in a line are accepted
};

/// Checks options for a model. Fails where they ask for too much, or no text can fit them; the
/// message names the option.
Result<void> check_options(const ReadOptions& options, const ModelCard& card);

}  // namespace numeral
