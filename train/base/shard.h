#pragma once

#include <cstdint>

namespace numeral {

/// What one worker does of things in a row: `first` to `end` - 1.
struct Shard {
  std::int64_t first = 0;
  std::int64_t end = 0;

  std::int64_t count() const { return end - first; }
};

/// Worker `rank`'s share of `count` things; the shares of the `size` workers differ by at most one.
inline Shard shard_of(std::int64_t count, int rank, int size) {
  return {count * rank / size, count * (rank + 1) / size};
}

}  // namespace numeral
