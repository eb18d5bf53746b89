#include "train/base/interrupt.h"

#include <catch2/catch_test_macros.hpp>
#include <csignal>

namespace numeral {
namespace {

bool is_default(int signal) {
  struct sigaction action = {};
  sigaction(signal, nullptr, &action);
  return action.sa_handler == SIG_DFL;
}

TEST_CASE("The first interrupt is noted, the second ends the program", "[interrupt]") {
  struct sigaction interrupt = {}, terminate = {};
  sigaction(SIGINT, nullptr, &interrupt);
  sigaction(SIGTERM, nullptr, &terminate);
  for (const int signal : {SIGINT, SIGTERM}) {
    const InterruptGuard guard;
    CHECK_FALSE(InterruptGuard::interrupted());
    CHECK_FALSE(is_default(signal));
    std::raise(signal);
    CHECK(InterruptGuard::interrupted());
    CHECK(is_default(SIGINT));
    CHECK(is_default(SIGTERM));
  }
  sigaction(SIGINT, &interrupt, nullptr);
  sigaction(SIGTERM, &terminate, nullptr);
}

}  // namespace
}  // namespace numeral
