#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace numeral {

/// Counts how often a JPEG file, which arrives piece by piece, goes over its picture. Each time
/// takes as long as a whole picture, and a few bytes.
class JpegScans {
 public:
  /// Takes the next bytes of the file.
  void add(std::span<const std::uint8_t> bytes);

  /// Whether they are more than any picture needs: one that is shown while it arrives has about
  /// ten, with four inks up to 24.
  bool are_too_many() const { return count_ > kMaxScans; }

 private:
  static constexpr std::uint32_t kMaxScans = 50;

  enum class State : std::uint8_t { kData, kMarker, kLengthHigh, kLengthLow, kEnd };

  State state_ = State::kData;
  std::uint8_t high_ = 0;  ///< the length of a segment, its first half
  std::size_t skip_ = 0;   ///< bytes that are left of a segment
  std::uint32_t count_ = 0;
};

}  // namespace numeral
