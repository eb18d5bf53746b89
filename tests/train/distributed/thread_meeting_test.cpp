#include "train/distributed/thread_meeting.h"

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <string>
#include <thread>

namespace numeral {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::Message;

TEST_CASE("Nobody goes on before all have come, meeting after meeting", "[thread_meeting]") {
  constexpr int kThreads = 4, kMeetings = 1000;
  ThreadMeeting meeting(kThreads);
  CHECK(meeting.size() == kThreads);
  std::atomic<int> came = 0, early = 0;
  std::vector<std::jthread> threads;
  for (int index = 0; index < kThreads; ++index)
    threads.emplace_back([&] {
      for (int i = 1; i <= kMeetings; ++i) {
        ++came;
        meeting.wait(60s);
        if (came < i * kThreads) ++early;
      }
    });
  threads.clear();
  CHECK(came == kThreads * kMeetings);
  CHECK(early == 0);
}

TEST_CASE("Each sees what the others have brought", "[thread_meeting]") {
  ThreadMeeting meeting(3);
  std::vector<std::string> seen(3);
  std::vector<std::jthread> threads;
  for (int index = 0; index < 3; ++index)
    threads.emplace_back([&, index] {
      meeting.bring(index, std::to_string(index), 60s);
      for (int other = 0; other < 3; ++other)
        seen[std::size_t(index)] += meeting.brought<std::string>(other);
    });
  threads.clear();
  CHECK(seen == std::vector<std::string>(3, "012"));
}

TEST_CASE("One that leaves is not waited for, before or after", "[thread_meeting]") {
  ThreadMeeting meeting(2);
  {
    const std::jthread other([&] {
      const ThreadMeeting::Seat seat(meeting);
      meeting.wait(60s);
    });
    CHECK_NOTHROW(meeting.wait(60s));
    CHECK_THROWS_MATCHES(meeting.wait(60s), WorkerLost, Message("another worker has given up"));
  }
  CHECK_THROWS_AS(meeting.wait(60s), WorkerLost);
}

TEST_CASE("One that does not come in time ends the meeting for all", "[thread_meeting]") {
  ThreadMeeting meeting(2);
  CHECK_THROWS_MATCHES(meeting.wait(10ms), WorkerLost,
                       Message("another worker did not come to an exchange in time"));
  CHECK_THROWS_AS(meeting.wait(60s), WorkerLost);
}

TEST_CASE("A thread alone waits for nobody", "[thread_meeting]") {
  ThreadMeeting meeting(1);
  CHECK_NOTHROW(meeting.wait(0s));
}

}  // namespace
}  // namespace numeral
