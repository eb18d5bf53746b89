#pragma once

#include <cstdint>

namespace numeral {

/// One worker's part of a sequence: elements `first` to `end` - 1.
struct Shard {
  std::int64_t first = 0;
  std::int64_t end = 0;

  std::int64_t count() const { return end - first; }
};

/// The shard of worker `rank` of `count` elements. The shards of the `size` workers are contiguous,
/// in order, and differ in size by at most one.
inline Shard shard_of(std::int64_t count, int rank, int size) {
  return {count * rank / size, count * (rank + 1) / size};
}

}  // namespace numeral
