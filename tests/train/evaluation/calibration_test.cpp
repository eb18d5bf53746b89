#include "train/evaluation/calibration.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

namespace numeral {
namespace {

using Catch::Matchers::WithinAbs;

TEST_CASE("The calibration error of a few answers equals one worked out by hand") {
  // Two bins. Up to 0.5: 0.2 wrong, 0.4 right: accuracy 0.5, confidence 0.3, gap 0.2.
  // Above: 0.8 right, 1.0 right, 0.6 wrong: accuracy 2/3, confidence 0.8, gap 2/15.
  const std::vector<double> confidences{0.2, 0.8, 0.4, 1.0, 0.6};
  const std::vector<bool> correct{false, true, true, true, false};
  CHECK_THAT(expected_calibration_error(confidences, correct, 2),
             WithinAbs(2.0 / 5 * 0.2 + 3.0 / 5 * 2 / 15, 1e-12));
  // One bin: accuracy 0.6, confidence 0.6. Opposite gaps cancel out within a bin.
  CHECK_THAT(expected_calibration_error(confidences, correct, 1), WithinAbs(0, 1e-12));
}

TEST_CASE(
    "Where confidence equals accuracy the calibration error is 0, else it is the difference") {
  std::vector<bool> correct(100, true);
  CHECK_THAT(expected_calibration_error(std::vector<double>(100, 1.0), correct),
             WithinAbs(0, 1e-12));
  for (int i = 0; i < 10; ++i) correct[i] = false;
  CHECK_THAT(expected_calibration_error(std::vector<double>(100, 0.9), correct),
             WithinAbs(0, 1e-12));
  CHECK_THAT(expected_calibration_error(std::vector<double>(100, 1.0), correct),
             WithinAbs(0.1, 1e-12));
}

TEST_CASE("Without answers there is no calibration error") {
  CHECK(expected_calibration_error({}, {}) == 0);
}

TEST_CASE("A confidence between two bins belongs to the lower, 0 to the first, 1 to the last") {
  const auto bins = calibration_bins({0, 0.2, 0.21, 0.4, 1}, {true, false, true, true, true}, 5);
  REQUIRE(bins.size() == 5);
  CHECK(bins[0].count == 2);
  CHECK(bins[0].correct == 1);
  CHECK_THAT(bins[0].confidence, WithinAbs(0.1, 1e-12));
  CHECK(bins[1].count == 2);
  CHECK(bins[1].accuracy() == 1);
  CHECK_THAT(bins[1].confidence, WithinAbs(0.305, 1e-12));
  CHECK(bins[2].count == 0);
  CHECK(bins[4].count == 1);
  CHECK_THAT(bins[1].low, WithinAbs(0.2, 1e-12));
  CHECK_THAT(bins[1].high, WithinAbs(0.4, 1e-12));
}

}  // namespace
}  // namespace numeral
