#include "train/distributed/thread_meeting.h"

#include <utility>

namespace numeral {

void ThreadMeeting::wait(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  const int meeting = meetings_;
  if (!ended_ && ++here_ == size()) {
    here_ = 0;
    ++meetings_;
    changed_.notify_all();
    return;
  }
  const bool in_time =
      changed_.wait_for(lock, timeout, [&] { return meetings_ != meeting || ended_; });
  if (meetings_ != meeting) return;
  ended_ = true;
  changed_.notify_all();
  throw WorkerLost(in_time ? "another worker has given up"
                           : "another worker did not come to an exchange in time");
}

void ThreadMeeting::bring(int index, std::any thing, std::chrono::milliseconds timeout) {
  brought_[static_cast<std::size_t>(index)] = std::move(thing);
  wait(timeout);
}

void ThreadMeeting::leave() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

}  // namespace numeral
