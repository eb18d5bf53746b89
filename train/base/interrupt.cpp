#include "train/base/interrupt.h"

#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigaction is POSIX, not C++

#include <atomic>

namespace numeral {
namespace {

std::atomic<bool> signal_came = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler must not lock");

void set_both(void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

void on_signal(int) {
  signal_came = true;
  set_both(SIG_DFL);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  signal_came = false;
  set_both(on_signal);
}

InterruptGuard::~InterruptGuard() { set_both(SIG_DFL); }

bool InterruptGuard::interrupted() { return signal_came; }

}  // namespace numeral
