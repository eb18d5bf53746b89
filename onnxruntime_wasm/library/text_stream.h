// Included before every source file of ONNX Runtime and ONNX: what they put messages together with,
// in place of std::ostringstream, which brings along all of C++'s locales, half of the formatted
// output of C, and arithmetic with numbers of 128 bits.

#pragma once

// These use the real one.
#include <date/date.h>

#include <complex>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <locale>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>

namespace onnxruntime {

/// Text that values are appended to.
class TextStream {
 public:
  TextStream() = default;
  explicit TextStream(std::string text) : text_(std::move(text)) {}

  template <class T>
  TextStream& operator<<(const T& value) {
    if constexpr (std::is_same_v<T, char>)
      text_ += value;
    else if constexpr (std::is_floating_point_v<T>)
      append_decimal(static_cast<double>(value));
    else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>)
      text_ += std::to_string(static_cast<long long>(value));
    else if constexpr (std::is_same_v<T, std::filesystem::path>)
      text_ += value.native();
    else if constexpr (std::is_convertible_v<const T&, std::string_view>)
      text_ += std::string_view(value);
    else if constexpr (std::is_pointer_v<T>)
      text_ += std::to_string(reinterpret_cast<std::uintptr_t>(value));
    else
      append(value, 0);
    return *this;
  }

  /// Manipulators, such as std::endl.
  TextStream& operator<<(std::ostream& (*)(std::ostream&)) { return *this << '\n'; }
  TextStream& operator<<(std::ios_base& (*)(std::ios_base&)) { return *this; }

  void imbue(const std::locale&) {}
  template <class Stream>
  void copyfmt(const Stream&) {}
  const std::string& str() const { return text_; }
  void str(std::string text) { text_ = std::move(text); }

 private:
  /// With six decimal places. std::to_string brings along arithmetic with numbers of 128 bits.
  void append_decimal(double value) {
    constexpr double kLargest = 1e12;
    if (value < 0) text_ += '-';
    const double size = value < 0 ? -value : value;
    if (!(size < kLargest)) {
      text_ += size >= kLargest ? "1e12 or more" : "NaN";
      return;
    }
    const auto millionths = static_cast<long long>(size * 1e6 + 0.5);
    text_ += std::to_string(millionths / 1000000) + '.' +
             std::to_string(1000000 + millionths % 1000000).substr(1);
  }

  template <class T>
  auto append(const T& value, int) -> decltype(void(value.ToString())) {
    text_ += value.ToString();
  }
  /// Anything else as ever, so that a program that does it has all of that again.
  template <class T>
  void append(const T& value, long) {
    std::ostringstream stream;
    stream << value;
    text_ += stream.str();
  }

  std::string text_;
};

}  // namespace onnxruntime

namespace std {

using onnxruntime_stringstream = ::onnxruntime::TextStream;
template <class>
using onnxruntime_basic_stringstream = ::onnxruntime::TextStream;

}  // namespace std

#define ostringstream onnxruntime_stringstream
#define stringstream onnxruntime_stringstream
#define basic_ostringstream onnxruntime_basic_stringstream
#define basic_stringstream onnxruntime_basic_stringstream
