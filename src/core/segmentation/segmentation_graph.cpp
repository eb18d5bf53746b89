#include "core/segmentation/segmentation_graph.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>
#include <utility>

#include "core/segmentation/sort.h"

namespace numeral {
namespace {

/// Less probable classes are possible only where the hints ask for them.
constexpr float kMinProbability = 0.005f;

/// A path from node 0 to some node. Its last arc and the path before it are a linked list.
struct Partial {
  float score = 0;
  std::size_t arc = 0, node = 0;  ///< the last arc, and the node where it begins
  std::size_t before = 0;         ///< index of the path to that node
  int last_class = 0;
  std::size_t length = 0;
  std::string text;
};

/// A path is certain where its log-probability is higher by this than any rival's.
constexpr float kMinMargin = 3;

/// A digit of Rivals::kOtherDivisions is probable from this confidence on: ink that is no digit has
/// a tenth or little more.
constexpr float kMinRivalConfidence = 0.5f;

/// So many of the most probable paths are looked at as rivals.
constexpr std::size_t kMaxRivals = 8;

class PathSearch {
 public:
  PathSearch(const SegmentationGraph& graph, const ModelCard& card, std::size_t count,
             const Hints& hints)
      : graph_(graph), card_(card), count_(count), hints_(hints), partials_(graph.nodes) {}

  std::vector<SegmentationPath> run() {
    partials_[0] = {Partial{}};
    std::size_t node = 0;
    for (std::size_t arc = 0; arc < graph_.arcs.size(); ++arc) {
      if (graph_.arcs[arc].to != node) keep_best(node);
      node = graph_.arcs[arc].to;
      extend(arc);
    }
    keep_best(node);
    std::vector<SegmentationPath> paths;
    for (const Partial& partial : partials_.back())
      if (is_possible(partial) && paths.size() < count_) paths.push_back(path_of(partial));
    return paths;
  }

 private:
  /// Adds to the end of an arc all paths that reach its start.
  void extend(std::size_t index) {
    const SegmentationArc& arc = graph_.arcs[index];
    const Recognition& answer = arc.digit.answer;
    const bool has_hints = hints_ != Hints{};
    for (int label = 0; label < static_cast<int>(answer.probabilities.size()); ++label) {
      const float probability = answer.probabilities[label];
      if (label != answer.digit && probability < kMinProbability && !has_hints) continue;
      const float score = std::log(std::max(probability, 1e-9f)) - arc.penalty;
      for (std::size_t i = 0; i < partials_[arc.from].size(); ++i) {
        const Partial& before = partials_[arc.from][i];
        Partial longer{before.score + score,
                       index,
                       arc.from,
                       i,
                       label,
                       before.length + 1,
                       before.text + card_.labels[label]};
        if (can_be_possible(longer)) partials_[arc.to].push_back(std::move(longer));
      }
    }
  }

  /// Keeps the best path for each text; and of these, so many as can become the best ones.
  void keep_best(std::size_t node) {
    std::vector<Partial>& partials = partials_[node];
    stable_sort(partials, [](const Partial& a, const Partial& b) { return a.score > b.score; });
    std::vector<Partial> kept;
    for (Partial& partial : partials) {
      const auto is_same_text = [&](const Partial& other) { return other.text == partial.text; };
      if (std::ranges::any_of(kept, is_same_text)) continue;
      const auto is_rival = [&](const Partial& other) {
        return !has_length() || other.length == partial.length;
      };
      const auto rivals = static_cast<std::size_t>(std::ranges::count_if(kept, is_rival));
      if (hints_.among.empty() && rivals >= count_) continue;
      kept.push_back(std::move(partial));
    }
    partials = std::move(kept);
  }

  bool has_length() const { return hints_.min_length > 1 || hints_.max_length < graph_.nodes; }

  bool can_be_possible(const Partial& partial) const {
    if (partial.length > hints_.max_length) return false;
    return hints_.among.empty() || std::ranges::any_of(hints_.among, [&](const std::string& text) {
             return text.starts_with(partial.text);
           });
  }

  bool is_possible(const Partial& partial) const {
    return partial.length >= hints_.min_length &&
           (hints_.among.empty() || std::ranges::count(hints_.among, partial.text) > 0);
  }

  SegmentationPath path_of(const Partial& last) const {
    SegmentationPath path;
    path.score = last.score;
    for (const Partial* partial = &last; partial->length > 0;
         partial = &partials_[partial->node][partial->before]) {
      path.arcs.push_back(partial->arc);
      path.classes.push_back(partial->last_class);
    }
    std::ranges::reverse(path.arcs);
    std::ranges::reverse(path.classes);
    return path;
  }

  const SegmentationGraph& graph_;
  const ModelCard& card_;
  std::size_t count_;
  const Hints& hints_;
  std::vector<std::vector<Partial>> partials_;  ///< for each node the best paths to it
};

/// Makes a line of the best path.
class LineOfPaths {
 public:
  LineOfPaths(const SegmentationGraph& graph, const ModelCard& card, const ReadOptions& options,
              Rivals rivals)
      : graph_(graph), card_(card), options_(options), rivals_(rivals) {
    const Hints& hints = options.hints;
    const std::size_t count = std::max({kMaxRivals, options.alternatives, hints.among.size()});
    paths_ = best_paths(graph, card, count, hints);
    fits_hints_ = !paths_.empty();
    if (!fits_hints_) paths_ = best_paths(graph, card, count);
  }

  ScoredLine make() const {
    ScoredLine result{{}, paths_.front().score, fits_hints_};
    result.line.is_certain = fits_hints_ && is_certain();
    for (std::size_t i = 0; i < paths_.front().arcs.size(); ++i)
      result.line.digits.push_back(digit_at(i));
    result.line.signs = signs_of(paths_.front());
    if (options_.alternatives > 0) add_alternatives(result.line);
    return result;
  }

 private:
  bool is_certain() const {
    const SegmentationPath& best = paths_.front();
    if (options_.hints != Hints{} &&
        best_paths(graph_, card_, 1).front().score - best.score > kMinMargin)
      return false;
    return std::ranges::all_of(paths_, [&](const SegmentationPath& path) {
      return !is_rival(path) || best.score - path.score > kMinMargin;
    });
  }

  bool is_rival(const SegmentationPath& path) const {
    const SegmentationPath& best = paths_.front();
    if (rivals_ == Rivals::kAll) return path != best;
    return path.arcs != best.arcs && std::ranges::all_of(path.arcs, [&](std::size_t arc) {
             const Recognition& answer = graph_.arcs[arc].digit.answer;
             return rivals_ == Rivals::kAcceptedDivisions
                        ? answer.accepted
                        : answer.confidence >= kMinRivalConfidence;
           });
  }

  PlacedDigit digit_at(std::size_t index) const {
    const SegmentationPath& best = paths_.front();
    PlacedDigit digit = graph_.arcs[best.arcs[index]].digit;
    if (options_.hints.among.empty() || !fits_hints_) return digit;
    float same = 0, all = 0;
    for (const SegmentationPath& path : paths_) {
      const float weight = std::exp(path.score - best.score);
      all += weight;
      const auto arc = std::ranges::find(path.arcs, best.arcs[index]);
      if (arc != path.arcs.end() && path.classes[arc - path.arcs.begin()] == best.classes[index])
        same += weight;
    }
    Recognition& answer = digit.answer;
    answer.digit = best.classes[index];
    answer.confidence = same / all;
    std::vector<float> probable = answer.probabilities;
    std::ranges::nth_element(probable, probable.begin() + 1, std::greater<>{});
    answer.accepted = answer.confidence >= card_.accept_threshold &&
                      probable[0] + probable[1] >= card_.accept_threshold;
    return digit;
  }

  /// The signs among the digits of a path.
  std::vector<PlacedSign> signs_of(const SegmentationPath& path) const {
    std::vector<PlacedSign> placed;
    for (const auto& [box, sign] : graph_.signs) {
      const int middle = box.left + box.right;
      const auto before = std::ranges::count_if(path.arcs, [&](std::size_t arc) {
        const Box& digit = graph_.arcs[arc].digit.box;
        return digit.left + digit.right < middle;
      });
      placed.push_back({std::size_t(before), sign});
    }
    return placed;
  }

  std::string text_of(const SegmentationPath& path) const {
    std::string text;
    const std::vector<PlacedSign> signs = signs_of(path);
    auto sign = signs.begin();
    for (std::size_t i = 0; i <= path.classes.size(); ++i) {
      for (; sign != signs.end() && sign->before <= i; ++sign)
        text += static_cast<char>(sign->sign);
      if (i < path.classes.size()) text += card_.labels[path.classes[i]];
    }
    return text;
  }

  /// The first alternative has the line's own confidence. The others share what is left at most.
  void add_alternatives(Line& line) const {
    const float first = line.confidence();
    float rest = 0;
    for (const SegmentationPath& path : paths_) {
      if (line.alternatives.size() == options_.alternatives) break;
      Alternative& added = line.alternatives.emplace_back();
      added.text = text_of(path);
      added.confidence = first * std::exp(path.score - paths_.front().score);
      if (line.alternatives.size() > 1) rest += added.confidence;
    }
    if (first + rest <= 1) return;
    for (Alternative& other : std::span(line.alternatives).subspan(1))
      other.confidence *= (1 - first) / rest;
  }

  const SegmentationGraph& graph_;
  const ModelCard& card_;
  const ReadOptions& options_;
  Rivals rivals_;
  std::vector<SegmentationPath> paths_;  ///< the most probable ones
  bool fits_hints_ = true;
};

}  // namespace

std::vector<SegmentationPath> best_paths(const SegmentationGraph& graph, const ModelCard& card,
                                         std::size_t count, const Hints& hints) {
  return PathSearch(graph, card, count, hints).run();
}

ScoredLine best_line(const SegmentationGraph& graph, const ModelCard& card,
                     const ReadOptions& options, Rivals rivals) {
  return LineOfPaths(graph, card, options, rivals).make();
}

}  // namespace numeral
