#include "core/segmentation/sort.h"

#include <algorithm>
#include <numeric>

namespace numeral {

std::vector<int> sorted_places(std::size_t count,
                               bool (*comes_before)(const void* items, int place, int other),
                               const void* items) {
  std::vector<int> places(count);
  std::iota(places.begin(), places.end(), 0);
  const auto before = [&](int place, int other) {
    if (comes_before(items, place, other)) return true;
    return place < other && !comes_before(items, other, place);
  };
  // As fast as std::sort on so few, and a fifth of its code.
  std::ranges::make_heap(places, before);
  std::ranges::sort_heap(places, before);
  return places;
}

}  // namespace numeral
