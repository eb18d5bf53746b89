#include "train/base/progress.h"

#include <catch2/catch_test_macros.hpp>
#include <limits>

namespace numeral {
namespace {

TEST_CASE("Durations read well") {
  CHECK(duration_text(0.2) == "0 s");
  CHECK(duration_text(59.4) == "59 s");
  CHECK(duration_text(59.6) == "1 min 00 s");
  CHECK(duration_text(200) == "3 min 20 s");
  CHECK(duration_text(7500) == "2 h 05 min");
}

TEST_CASE("A clock that stands still or goes backwards gives no nonsense") {
  CHECK(rate_of(100, 4) == 25);
  CHECK(rate_of(100, 0) == 0);
  CHECK(rate_of(100, -3) == 0);
  CHECK(rate_of(100, std::numeric_limits<double>::quiet_NaN()) == 0);
  for (const double seconds : {-1.0, 1e300, std::numeric_limits<double>::infinity(),
                               std::numeric_limits<double>::quiet_NaN()})
    CHECK(duration_text(seconds) == "an unknown time");
}

}  // namespace
}  // namespace numeral
