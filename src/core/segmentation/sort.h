#pragma once

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace numeral {

/// The places 0 to `count` - 1 of some items, sorted: where neither item comes before the other,
/// the lower place does.
std::vector<int> sorted_places(std::size_t count,
                               bool (*comes_before)(const void* items, int place, int other),
                               const void* items);

/// Sorts a vector or span as std::stable_sort does, by a function object without state. The sorting
/// itself is compiled once for all types of items, which is smaller.
template <class Items, class Before>
void stable_sort(Items&& items, Before) {
  static_assert(std::is_empty_v<Before>);
  using Item = std::remove_cvref_t<decltype(items[0])>;
  const auto comes_before = [](const void* all, int place, int other) {
    const Item* first = static_cast<const Item*>(all);
    return Before{}(first[place], first[other]);
  };
  std::vector<Item> sorted;
  sorted.reserve(items.size());
  const auto* all = static_cast<const void*>(items.data());
  for (const int place : sorted_places(items.size(), comes_before, all))
    sorted.push_back(std::move(items[place]));
  std::ranges::move(sorted, items.begin());
}

}  // namespace numeral
