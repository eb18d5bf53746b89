#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace numeral {

/// Counts the scans of a JPEG stream. A progressive JPEG codes the image in several scans. Each
/// takes few bytes in the file but a pass over the whole image in the decoder, so that many scans
/// make a small file slow to decode.
class JpegScans {
 public:
  /// Takes the next bytes of the stream.
  void add(std::span<const std::uint8_t> bytes);

  /// Whether there are more than any image needs: progressive images have about 10, with four
  /// colour components up to 24.
  bool are_too_many() const { return count_ > kMaxScans; }

 private:
  static constexpr std::uint32_t kMaxScans = 50;

  enum class State : std::uint8_t { kData, kMarker, kLengthHigh, kLengthLow, kEnd };

  State state_ = State::kData;
  std::uint8_t high_ = 0;  ///< high byte of the segment's length
  std::size_t skip_ = 0;   ///< bytes that are left of the segment
  std::uint32_t count_ = 0;
};

}  // namespace numeral
