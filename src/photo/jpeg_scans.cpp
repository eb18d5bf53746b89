#include "photo/jpeg_scans.h"

#include <algorithm>

namespace numeral {

// ITU-T T.81, B.1.1: most markers begin a segment, whose length includes its own two bytes. In the
// entropy-coded data between, 0xff is followed by 0 or is a restart marker, which has no segment.
void JpegScans::add(std::span<const std::uint8_t> bytes) {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (skip_ > 0) {
      const std::size_t skipped = std::min(skip_, bytes.size() - at);
      skip_ -= skipped;
      at += skipped - 1;
      continue;
    }
    const std::uint8_t byte = bytes[at];
    switch (state_) {
      case State::kData:
        if (byte == 0xff) state_ = State::kMarker;
        break;
      case State::kMarker:
        if (byte == 0xff) break;
        if (byte == 0xda) ++count_;
        if (byte == 0xd9)
          state_ = State::kEnd;
        else
          state_ =
              byte <= 0x01 || (byte >= 0xd0 && byte <= 0xd8) ? State::kData : State::kLengthHigh;
        break;
      case State::kLengthHigh:
        high_ = byte;
        state_ = State::kLengthLow;
        break;
      case State::kLengthLow:
        skip_ = std::max<std::size_t>(2, std::size_t(high_) << 8 | byte) - 2;
        state_ = State::kData;
        break;
      case State::kEnd:
        return;
    }
  }
}

}  // namespace numeral
