#pragma once

#include <any>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <vector>

namespace numeral {

/// Thrown where an exchange failed because of another worker.
struct WorkerLost : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Where the workers of a run that are threads of one program meet: a barrier that does not keep
/// them waiting for one that will not come.
class ThreadMeeting {
 public:
  /// For `size` threads, numbered from 0.
  explicit ThreadMeeting(int size) : brought_(static_cast<std::size_t>(size)) {}

  int size() const { return static_cast<int>(brought_.size()); }

  /// Waits until all threads have called this. Throws `WorkerLost` where one has left, or does not
  /// come within `timeout`; then there is no meeting any more.
  void wait(std::chrono::milliseconds timeout);

  /// `wait`, with something that the others may look at until they all meet again.
  void bring(int index, std::any thing, std::chrono::milliseconds timeout);

  /// What thread `index` brought to the latest meeting that something was brought to.
  template <typename Thing>
  const Thing& brought(int index) const {
    return std::any_cast<const Thing&>(brought_[static_cast<std::size_t>(index)]);
  }

  /// Says that a thread will not come again. Those who still wait for it, or will, need not.
  void leave();

  /// Leaves for a thread, however that ends.
  class Seat {
   public:
    explicit Seat(ThreadMeeting& meeting) : meeting_(meeting) {}
    ~Seat() { meeting_.leave(); }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

   private:
    ThreadMeeting& meeting_;
  };

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int here_ = 0;        ///< threads that wait
  int meetings_ = 0;    ///< that all have come to
  bool ended_ = false;  ///< one has left, or has not come in time
  std::vector<std::any> brought_;
};

}  // namespace numeral
