#include "train/training/checkpoint.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <functional>
#include <limits>

#include "train/network/network.h"
#include "support/checkpoint.h"
#include "train/training/safetensors.h"

namespace numeral {
namespace {

using Catch::Matchers::ContainsSubstring;
using nlohmann::ordered_json;
using test::example_checkpoint;

constexpr RunPlan kPlan{5, 10, true};

/// The parts of a checkpoint's content, to be spoilt.
struct Parts {
  TensorFile file;
  ordered_json description;

  torch::Tensor& tensor(const std::string& name) {
    for (TensorFile::Entry& entry : file.entries)
      if (entry.name == name) return entry.tensor;
    FAIL("there is no " << name);
    return file.entries[0].tensor;
  }

  void drop(const std::string& prefix) {
    std::erase_if(file.entries, [&](const auto& entry) { return entry.name.starts_with(prefix); });
  }
};

Parts parts_of(const Checkpoint& checkpoint) {
  const std::string bytes = to_bytes(checkpoint);
  // The magic, the length and the sum, each with the end of its line.
  auto file = parse_tensor_file(std::string_view(bytes).substr(21 + 17 + 65));
  REQUIRE(file);
  ordered_json description = ordered_json::parse(file->description);
  return {std::move(*file), std::move(description)};
}

/// What is said of a checkpoint whose sum is right but that was spoilt before.
std::string reason(const std::function<void(Parts&)>& spoil) {
  static const Checkpoint whole = example_checkpoint();
  Parts parts = parts_of(whole);
  spoil(parts);
  parts.file.description = parts.description.dump();
  const auto read = parse_checkpoint("c", seal_checkpoint(to_bytes(parts.file)));
  REQUIRE_FALSE(read);
  CHECK(read.error().message.find('\n') == std::string::npos);
  CHECK_THAT(read.error().message, ContainsSubstring("c: not a checkpoint as"));
  CHECK_THAT(read.error().message, ContainsSubstring("take an earlier one"));
  return read.error().message;
}

TEST_CASE("A checkpoint comes back as it was", "[checkpoint]") {
  const Checkpoint saved = example_checkpoint();
  const auto read = parse_checkpoint("c", to_bytes(saved));
  REQUIRE(read);
  CHECK(to_bytes(*read) == to_bytes(saved));
  CHECK(read->settings == saved.settings);
  CHECK(read->machine == saved.machine);
  CHECK(read->run.epochs[0].validation_loss == 1.0 / 3);
  CHECK(read->run.totals.correct == 2);
  REQUIRE(read->replica.first_moments.size() == saved.replica.first_moments.size());
  CHECK(torch::equal(read->replica.first_moments[0], saved.replica.first_moments[0]));
  CHECK(torch::equal(read->replica.averaged.tensors[0], saved.replica.averaged.tensors[0]));
  CHECK(check_fits(*read, *make_network(10), kPlan));
}

TEST_CASE("A checkpoint of an earlier version is told in one clear line", "[checkpoint]") {
  std::string bytes = to_bytes(example_checkpoint());
  bytes[19] = '1';
  const auto read = parse_checkpoint("c", bytes);
  REQUIRE_FALSE(read);
  CHECK(read.error().message == "c: it is of another version of numeral-train; train anew");
}

TEST_CASE("A description of nonsense is refused, with what it is about", "[checkpoint]") {
  const auto said = [](const char* name, const ordered_json& value) {
    return reason([&](Parts& parts) { parts.description[name] = value; });
  };
  for (const ordered_json& epoch :
       {ordered_json(-1), {0}, {1e300}, {10002}, {"1"}, {nullptr}, {18446744073709551615u}, {2.0}})
    CHECK_THAT(said("epoch", epoch.is_array() ? epoch[0] : epoch), ContainsSubstring("epoch"));
  for (const ordered_json& step : {ordered_json(-1), ordered_json(0.5), ordered_json(1e18)})
    CHECK_THAT(said("step", step), ContainsSubstring("step: expected a whole number"));
  CHECK_THAT(said("steps", -3), ContainsSubstring("steps: expected a whole number"));
  CHECK_THAT(said("seconds", -1), ContainsSubstring("seconds: expected a number"));
  CHECK_THAT(said("seconds", nullptr), ContainsSubstring("seconds: expected a number"));
  CHECK_THAT(said("totals", {1, 2, 3}), ContainsSubstring("totals: expected four"));
  CHECK_THAT(said("totals", {nullptr, 2, 4, 0}), ContainsSubstring("totals: expected four"));
  CHECK_THAT(said("totals", {1, 5, 4, 0}), ContainsSubstring("totals: they do not go"));
  CHECK_THAT(said("totals", {1, 2, 4, 1}), ContainsSubstring("totals: they do not go"));
  CHECK_THAT(said("totals", {0, 0, 0, 0}), ContainsSubstring("totals: they are not"));
  CHECK_THAT(said("settings", 1), ContainsSubstring("settings: expected up to"));
  CHECK_THAT(said("settings", {{"a", {1, 2}}}), ContainsSubstring("settings: expected names"));
  CHECK_THAT(said("settings", {{"a\nb", 1}}), ContainsSubstring("settings: expected names"));
  CHECK_THAT(said("settings", {{"a", "\n"}}), ContainsSubstring("settings: expected names"));
  CHECK_THAT(said("machine", {{"a", std::string(1000, 'x')}}),
             ContainsSubstring("machine: expected names"));
  for (const char* name : {"settings", "machine", "epoch", "step", "totals", "seconds", "steps"})
    CHECK_THAT(reason([&](Parts& parts) { parts.description.erase(name); }),
               ContainsSubstring(name));
}

TEST_CASE("Tensors that do not go together are refused, with their names", "[checkpoint]") {
  const std::string weight = "conv2.weight", average = "averaged." + weight;
  const auto spoilt = [](const std::string& name, const std::function<void(torch::Tensor&)>& how) {
    return reason([&](Parts& parts) { how(parts.tensor(name)); });
  };
  const auto other_shape = [](torch::Tensor& tensor) { tensor = tensor.reshape(-1); };
  const auto other_type = [](torch::Tensor& tensor) { tensor = tensor.to(torch::kFloat64); };
  const auto not_finite = [](torch::Tensor& tensor) {
    tensor.view(-1)[0] = std::numeric_limits<float>::quiet_NaN();
  };
  for (const std::string prefix : {"averaged.", "first_moments.", "second_moments.", "best."}) {
    CHECK_THAT(spoilt(prefix + weight, other_shape),
               ContainsSubstring(prefix + weight + ": expected the shape [32, 16, 3, 3], found"));
    CHECK_THAT(spoilt(prefix + weight, other_type), ContainsSubstring(prefix + weight));
    CHECK_THAT(spoilt(prefix + weight, not_finite), ContainsSubstring("not finite"));
    CHECK_THAT(reason([&](Parts& parts) { parts.drop(prefix + "conv1"); }),
               ContainsSubstring(prefix));
    CHECK_THAT(reason([&](Parts& parts) {
                 for (auto& entry : parts.file.entries)
                   if (entry.name == prefix + weight) entry.name = prefix + "other";
               }),
               ContainsSubstring(prefix));
  }
  CHECK_THAT(spoilt("weights." + weight, not_finite), ContainsSubstring("weights. a value"));
  CHECK_THAT(spoilt("second_moments." + weight, [](auto& tensor) { tensor.fill_(-1); }),
             ContainsSubstring("second_moments: expected none below 0"));
  CHECK_THAT(spoilt("second_moments." + weight, [](auto& tensor) { tensor.view(-1)[7] = -1e-6f; }),
             ContainsSubstring("second_moments: expected none below 0"));
  CHECK_THAT(reason([](Parts& parts) { parts.drop("weights."); }),
             ContainsSubstring("it has no weights"));
  CHECK_THAT(reason([](Parts& parts) { parts.drop("second_moments."); }),
             ContainsSubstring("as many second_moments"));
  CHECK_THAT(reason([](Parts& parts) {
               parts.drop("first_moments.");
               parts.drop("second_moments.");
             }),
             ContainsSubstring("moments: expected them after the first step"));
  CHECK_THAT(reason([](Parts& parts) { parts.description["steps"] = 0; }),
             ContainsSubstring("moments: expected them after the first step"));
  CHECK_THAT(reason([](Parts& parts) { parts.drop("best."); }),
             ContainsSubstring("best: expected weights"));
  CHECK_THAT(reason([](Parts& parts) { parts.drop("random_state"); }),
             ContainsSubstring("not those of a checkpoint"));
  CHECK_THAT(reason([](Parts& parts) {
               std::swap(parts.file.entries.front(), parts.file.entries.back());
             }),
             ContainsSubstring("weights"));
  CHECK_THAT(spoilt("random_state", [](auto& tensor) { tensor = torch::ones({3}); }),
             ContainsSubstring("random_state: expected bytes"));
}

TEST_CASE("Epochs that no run has are refused", "[checkpoint]") {
  const auto spoilt = [](const std::function<void(torch::Tensor&)>& how) {
    return reason([&](Parts& parts) { how(parts.tensor("epochs")); });
  };
  for (int column = 0; column < 7; ++column)
    for (const double value : {std::numeric_limits<double>::quiet_NaN(),
                               std::numeric_limits<double>::infinity(), -1e300}) {
      INFO("column " << column << ": " << value);
      CHECK_THAT(spoilt([&](auto& rows) { rows[0][column] = value; }),
                 ContainsSubstring("epochs: number 1"));
    }
  // The number of the epoch, the learning rate, two accuracies and the speed.
  for (const auto& [column, value] : {std::pair{0, 0.0},
                                      {0, 2.0},
                                      {1, -1e-9},
                                      {3, -0.01},
                                      {3, 1.01},
                                      {5, -0.01},
                                      {5, 1.01},
                                      {6, -1.0}}) {
    INFO("column " << column << ": " << value);
    CHECK_THAT(spoilt([&](auto& rows) { rows[0][column] = value; }),
               ContainsSubstring("epochs: number 1"));
  }
  CHECK_THAT(spoilt([](auto& rows) { rows = torch::cat({rows, rows}); }),
             ContainsSubstring("epochs: expected 1 of"));
  CHECK_THAT(spoilt([](auto& rows) { rows = rows.to(torch::kFloat32); }),
             ContainsSubstring("epochs: expected 1 of"));
  CHECK_THAT(reason([](Parts& parts) { parts.description["epoch"] = 5; }),
             ContainsSubstring("epochs: expected 4 of"));
  CHECK_THAT(reason([](Parts& parts) { parts.drop("epochs"); }),
             ContainsSubstring("epochs: expected 1 of"));
}

TEST_CASE("A run goes on only from a checkpoint of its like", "[checkpoint]") {
  const auto said = [](const std::function<void(Checkpoint&)>& spoil, RunPlan plan = kPlan,
                       int outputs = 10) {
    Checkpoint checkpoint = example_checkpoint();
    spoil(checkpoint);
    const auto fits = check_fits(checkpoint, *make_network(outputs), plan);
    return fits ? std::string() : fits.error().message;
  };
  const auto nothing = [](Checkpoint&) {};
  CHECK(said(nothing).empty());
  CHECK_THAT(said(nothing, kPlan, 11), ContainsSubstring("not of this network: classify.weight"));
  CHECK_THAT(said(nothing, {5, 10, false}), ContainsSubstring("expected no average"));
  CHECK_THAT(said([](auto& checkpoint) { checkpoint.replica.averaged = {}; }),
             ContainsSubstring("expected an average"));
  CHECK_THAT(said([](auto& checkpoint) { checkpoint.replica.first_moments.pop_back(); }),
             ContainsSubstring("the moments of"));
  CHECK_THAT(said([](auto& checkpoint) { checkpoint.run.epoch = 7; }),
             ContainsSubstring("at most 5 epochs of 10 steps, found epoch 7, step 3"));
  CHECK_THAT(said([](auto& checkpoint) { checkpoint.run.epoch = 6; }),
             ContainsSubstring("found epoch 6, step 3"));
  CHECK_THAT(said([](auto& checkpoint) { checkpoint.run.step = 11; }),
             ContainsSubstring("found epoch 2, step 11"));
  CHECK_THAT(said([](auto& checkpoint) { checkpoint.replica.steps = 4; }),
             ContainsSubstring("after 13 steps, found them after 4"));
  CHECK_THAT(
      said([](auto& checkpoint) { checkpoint.random_state = torch::zeros({9}, torch::kUInt8); }),
      ContainsSubstring("random_state"));
  CHECK_THAT(said([](auto& checkpoint) {
               checkpoint.random_state = torch::full_like(checkpoint.random_state, 255);
             }),
             ContainsSubstring("random_state"));
}

}  // namespace
}  // namespace numeral
