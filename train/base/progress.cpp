#include "train/base/progress.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>

namespace numeral {
namespace {

/// A thousand years: more than any run takes.
constexpr double kMaxSeconds = 3.2e10;

}  // namespace

Progress::Progress() : terminal_(isatty(STDERR_FILENO) == 1), latest_(Clock::now()) {}

Progress::~Progress() { clear(); }

bool Progress::is_due() const {
  using namespace std::chrono_literals;
  return Clock::now() - latest_ >= (terminal_ ? 200ms : 30'000ms);
}

void Progress::show(const std::string& text) {
  latest_ = Clock::now();
  if (!terminal_) {
    spdlog::info(text);
    return;
  }
  // "\x1b[K" erases what a longer line before this one left behind.
  std::fprintf(stderr, "\r%s\x1b[K", text.c_str());
  shown_ = true;
}

void Progress::clear() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
  shown_ = false;
}

double rate_of(double count, double seconds) { return seconds > 0 ? count / seconds : 0; }

std::string duration_text(double seconds) {
  const bool is_known = seconds >= 0 && seconds < kMaxSeconds;  // false for NaN
  if (!is_known) return "an unknown time";
  const long whole = std::lround(seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

}  // namespace numeral
