#include "train/evaluation/chart.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <catch2/matchers/catch_matchers_vector.hpp>

namespace numeral {
namespace {

using Catch::Matchers::Approx;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("A logarithmic axis goes in steps of 1, 2 and 5") {
  CHECK_THAT(logarithmic_ticks(0.3, 8), Approx(std::vector<double>{0.2, 0.5, 1, 2, 5, 10}));
  CHECK_THAT(logarithmic_ticks(1, 10), Approx(std::vector<double>{1, 2, 5, 10}));
  CHECK_THAT(logarithmic_ticks(0.03, 0.03), Approx(std::vector<double>{0.02, 0.05}));
  CHECK_THAT(logarithmic_ticks(1, 1), Approx(std::vector<double>{1, 2}));
}

TEST_CASE("A linear axis begins at 0 and goes in round steps beyond the highest value") {
  CHECK_THAT(linear_ticks(0.004), Approx(std::vector<double>{0, 0.001, 0.002, 0.003, 0.004}));
  CHECK_THAT(linear_ticks(1300), Approx(std::vector<double>{0, 500, 1000, 1500}));
}

TEST_CASE("Values become coordinates, larger ones higher up") {
  const std::string svg =
      line_chart({"Title", "value", {{"measured", {0, 50, 100}}}, false, /*marked=*/2});
  // The chart spans x from 62 to 426 and y from 12 to 228.
  CHECK_THAT(svg, ContainsSubstring(R"(points="62.0,228.0 244.0,120.0 426.0,12.0")"));
  CHECK_THAT(svg, ContainsSubstring("best: 2"));
  CHECK_THAT(svg, ContainsSubstring("measured, epoch 3: 100"));
}

TEST_CASE("Text in a chart is escaped") {
  const std::string svg = line_chart({"a <b>&\"", "<c>", {{"<d>", {1}}}, false, 0});
  CHECK_THAT(svg, ContainsSubstring("a &lt;b&gt;&amp;&quot;") && ContainsSubstring("&lt;c&gt;") &&
                      ContainsSubstring("&lt;d&gt;, epoch 1"));
}

TEST_CASE("Series of zeros and of a single epoch give finite coordinates") {
  const std::string none = line_chart({"Title", "value", {{"a", {0, 0}}, {"b", {0, 0}}}, true, 1});
  CHECK_THAT(none, !ContainsSubstring("nan") && !ContainsSubstring("inf"));
  const std::string single = line_chart({"Title", "value", {{"a", {3}}}, true, 1});
  CHECK_THAT(single, !ContainsSubstring("nan") && !ContainsSubstring("inf"));
  const std::string nothing = line_chart({"Title", "value", {{"a", {0}}}, false, 0});
  CHECK_THAT(nothing, !ContainsSubstring("nan") && !ContainsSubstring("inf"));
}

TEST_CASE("A reliability diagram has a bar for each bin with answers, and their number") {
  const std::string svg =
      reliability_diagram(calibration_bins({0.3, 0.9, 0.95}, {true, true, false}));
  std::size_t bars = 0;
  for (std::size_t at = 0; (at = svg.find("class=\"bar\"", at)) != std::string::npos; ++at) ++bars;
  CHECK(bars == 3);
  CHECK_THAT(reliability_diagram(calibration_bins({}, {})), !ContainsSubstring("nan"));
}

}  // namespace
}  // namespace numeral
