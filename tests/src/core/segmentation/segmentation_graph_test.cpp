#include "core/segmentation/segmentation_graph.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "support/model.h"

namespace numeral {
namespace {

const ModelCard& card() {
  static const ModelCard published = test::published_recognizer().card();
  return published;
}

/// An arc whose digit has these probabilities; the other classes share the rest.
SegmentationArc arc(std::size_t from, std::size_t to,
                    const std::vector<std::pair<int, float>>& probable, float penalty = 0) {
  float rest = 1;
  for (const auto& [digit, probability] : probable) rest -= probability;
  SegmentationArc made{from, to, penalty, {}};
  Recognition& answer = made.digit.answer;
  answer.probabilities.assign(10, rest / float(10 - probable.size()));
  for (const auto& [digit, probability] : probable) answer.probabilities[digit] = probability;
  answer.digit = static_cast<int>(std::ranges::max_element(answer.probabilities) -
                                  answer.probabilities.begin());
  answer.confidence = answer.probabilities[answer.digit];
  return made;
}

/// Two parts: as two digits a 1 and a 7, which may be a 1; together a 4.
SegmentationGraph graph() {
  return {3,
          {arc(0, 1, {{1, 0.9f}}), arc(1, 2, {{7, 0.6f}, {1, 0.39f}}),
           arc(0, 2, {{4, 0.5f}, {9, 0.2f}})}};
}

std::vector<std::string> texts(std::size_t count, const Hints& hints = {}) {
  std::vector<std::string> found;
  for (const SegmentationPath& path : best_paths(graph(), card(), count, hints)) {
    found.emplace_back();
    for (const int digit : path.classes) found.back() += card().labels[digit];
  }
  return found;
}

TEST_CASE("The best paths come first, each with another text", "[segmentation_graph]") {
  CHECK(texts(1) == std::vector<std::string>{"17"});
  CHECK(texts(4) == std::vector<std::string>{"17", "4", "11", "9"});
  const auto paths = best_paths(graph(), card(), 2);
  CHECK(paths[0].arcs == std::vector<std::size_t>{0, 1});
  CHECK(paths[1].arcs == std::vector<std::size_t>{2});
  CHECK(std::abs(paths[0].score - std::log(0.9f * 0.6f)) < 1e-5f);
}

TEST_CASE("A penalty makes a digit less likely", "[segmentation_graph]") {
  SegmentationGraph penalised = graph();
  penalised.arcs[0].penalty = 1;
  const auto paths = best_paths(penalised, card(), 1);
  CHECK(paths[0].classes == std::vector<int>{4});
}

TEST_CASE("Hints leave only what can be meant", "[segmentation_graph]") {
  Hints hints;
  hints.max_length = 1;
  CHECK(texts(2, hints) == std::vector<std::string>{"4", "9"});
  hints = {};
  hints.min_length = 2;
  CHECK(texts(2, hints) == std::vector<std::string>{"17", "11"});
  hints.min_length = 3;
  CHECK(texts(2, hints).empty());
  hints = {};
  hints.among = {"11", "9", "123"};
  CHECK(texts(5, hints) == std::vector<std::string>{"11", "9"});
  // Also what is hardly probable.
  hints.among = {"8"};
  CHECK(texts(5, hints) == std::vector<std::string>{"8"});
}

TEST_CASE("A line has the alternatives that were asked for", "[segmentation_graph]") {
  const ScoredLine read = best_line(graph(), card(), {{}, 3}, Rivals::kOtherDivisions);
  CHECK(read.line.text(card()) == "17");
  const std::vector<Alternative>& found = read.line.alternatives;
  REQUIRE(found.size() == 3);
  CHECK(found[0].text == "17");
  CHECK(found[0].confidence == read.line.confidence());
  CHECK(found[1].text == "4");
  CHECK(found[2].text == "11");
  CHECK(found[0].confidence + found[1].confidence + found[2].confidence < 1.0001f);
  CHECK(best_line(graph(), card(), {}, Rivals::kOtherDivisions).line.alternatives.empty());
}

TEST_CASE("Confidence is over the texts that are possible", "[segmentation_graph]") {
  // A 1 that may be a 7.
  SegmentationGraph one{2, {arc(0, 1, {{1, 0.55f}, {7, 0.44f}})}};
  const ScoredLine read = best_line(one, card(), {{1, 9, {"7", "42"}}, 0}, Rivals::kOtherDivisions);
  CHECK(read.line.text(card()) == "7");
  CHECK(read.line.confidence() > 0.999f);
  CHECK(read.line.accepted());
  // What looks like everything is no digit, and what is a 1 is no 7.
  one = {2, {arc(0, 1, {{1, 0.2f}, {7, 0.15f}})}};
  CHECK(!best_line(one, card(), {{1, 9, {"7", "42"}}, 0}, Rivals::kOtherDivisions).line.accepted());
  one = {2, {arc(0, 1, {{1, 0.99f}})}};
  CHECK(!best_line(one, card(), {{1, 9, {"7", "42"}}, 0}, Rivals::kOtherDivisions).line.accepted());
}

TEST_CASE("A line is not certain where a rival is nearly as probable", "[segmentation_graph]") {
  const auto is_certain = [](const SegmentationGraph& read, Rivals rivals) {
    return best_line(read, card(), {}, rivals).line.is_certain;
  };
  // The 4 is another division.
  SegmentationGraph two = graph();
  CHECK_FALSE(is_certain(two, Rivals::kOtherDivisions));
  CHECK_FALSE(is_certain(two, Rivals::kAll));
  // It must be accepted to be a rival among those.
  CHECK(is_certain(two, Rivals::kAcceptedDivisions));
  two.arcs[2].digit.answer.accepted = true;
  CHECK_FALSE(is_certain(two, Rivals::kAcceptedDivisions));
  // One that is no digit is no rival, though its log-probability is not far.
  two.arcs[2] = arc(0, 2, {{4, 0.2f}});
  CHECK(is_certain(two, Rivals::kOtherDivisions));
  // Other classes are rivals among all alone.
  const SegmentationGraph one{2, {arc(0, 1, {{1, 0.55f}, {7, 0.44f}})}};
  CHECK(is_certain(one, Rivals::kOtherDivisions));
  CHECK_FALSE(is_certain(one, Rivals::kAll));
}

TEST_CASE("What cannot fit the hints is read without them, and not accepted",
          "[segmentation_graph]") {
  const ScoredLine read = best_line(graph(), card(), {{3, 3, {}}, 0}, Rivals::kOtherDivisions);
  CHECK(!read.fits_hints);
  CHECK(read.line.text(card()) == "17");
  CHECK(!read.line.accepted());
}

}  // namespace
}  // namespace numeral
