#pragma once

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace numeral {

/// Seeds for what is drawn to evaluate a model. No training has them: its seeds are small.
inline constexpr std::uint64_t kRejectionSeed = std::uint64_t(1) << 40;
inline constexpr std::uint64_t kFormAccuracySeed = std::uint64_t(2) << 40;
inline constexpr std::uint64_t kCalibrationSeed = std::uint64_t(3) << 40;

/// A stream of random numbers that depends on its seed alone, on every platform. The standard
/// library's engines are the same everywhere but its distributions are not, so the distributions
/// are our own.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  /// An independent stream for each (seed, epoch, example), whichever thread asks for it.
  Random(std::uint64_t seed, std::uint64_t epoch, std::uint64_t example)
      : engine_(mix(mix(mix(seed) + epoch) + example)) {}

  /// Uniform in [low, high).
  float uniform(float low, float high) {
    constexpr float kStep = 1.0f / (1 << 24);
    return low + (high - low) * static_cast<float>(engine_() >> 40) * kStep;
  }

  /// Uniform among 0 to `count` - 1.
  int below(int count) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(count)); }

  /// True with this probability, 0 to 1.
  bool chance(float probability) { return uniform(0, 1) < probability; }

  /// Shuffles `items` (Fisher, Yates).
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i)
      std::swap(items[i - 1], items[static_cast<std::size_t>(engine_() % i)]);
  }

 private:
  /// SplitMix64's finaliser (Steele, Lea, Flood, 2014): neighbouring seeds become unrelated.
  static std::uint64_t mix(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
  }

  std::mt19937_64 engine_;
};

}  // namespace numeral
