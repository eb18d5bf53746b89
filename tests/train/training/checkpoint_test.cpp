#include "train/training/checkpoint.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <functional>
#include <limits>
#include <stdexcept>

#include "support/checkpoint.h"
#include "support/error_of.h"
#include "train/network/network.h"
#include "train/training/safetensors.h"

namespace numeral {
namespace {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using nlohmann::ordered_json;
using test::error_of;
using test::example_checkpoint;

constexpr RunPlan kPlan{5, 10, true};

TEST_CASE("A checkpoint comes back as it was", "[checkpoint]") {
  const Checkpoint saved = example_checkpoint();
  const Checkpoint read = parse_checkpoint("c", to_bytes(saved));
  CHECK(to_bytes(read) == to_bytes(saved));
  CHECK(read.settings == saved.settings);
  CHECK(read.machine == saved.machine);
  CHECK(read.run.epochs[0].validation_loss == 1.0 / 3);
  CHECK(read.run.totals.correct == 2);
  REQUIRE(read.replica.first_moments.size() == saved.replica.first_moments.size());
  CHECK(torch::equal(read.replica.first_moments[0], saved.replica.first_moments[0]));
  CHECK(torch::equal(read.replica.averaged.tensors[0], saved.replica.averaged.tensors[0]));
  CHECK_NOTHROW(check_fits(read, *make_network(10), kPlan));
}

TEST_CASE("A checkpoint is a plain safetensors file", "[checkpoint]") {
  const Checkpoint saved = example_checkpoint();
  const TensorFile file = parse_safetensors(to_bytes(saved));
  CHECK(file.metadata.at("format") == "numeral checkpoint 3");
  CHECK(ordered_json::parse(file.metadata.at("description"))["epoch"] == 2);
  CHECK(file.entries[0].name == "weights.conv1.weight");
  CHECK(torch::equal(file.entries[0].tensor, saved.replica.weights.tensors[0]));
}

TEST_CASE("What is no checkpoint, or a damaged one, is refused in one line", "[checkpoint]") {
  const auto error = [](const std::string& bytes) {
    std::string message = error_of([&] { parse_checkpoint("c", bytes); });
    CHECK_THAT(message, StartsWith("c: ") && !ContainsSubstring("\n"));
    return message;
  };
  CHECK(error("numeral checkpoint 1\n" + std::string(1000, 'x')) ==
        "c: it is of another version of numeral-train; train anew");
  CHECK_THAT(error("something"), ContainsSubstring("found something else"));
  const std::string whole = to_bytes(example_checkpoint());
  for (std::size_t length = 0; length < whole.size(); length += 1 + whole.size() / 200)
    error(whole.substr(0, length));
  for (std::size_t at = 0; at < whole.size(); at += 1 + whole.size() / 200) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    CHECK_THAT(error(damaged), ContainsSubstring("damaged") || ContainsSubstring("something else"));
  }
}

TEST_CASE("Nonsense with a right checksum is refused in one line", "[checkpoint]") {
  const std::string whole = to_bytes(example_checkpoint());
  const auto error = [&](const std::function<void(TensorFile&)>& spoil) {
    TensorFile file = parse_safetensors(whole);
    spoil(file);
    std::string bytes = to_bytes(file);
    set_checksum(bytes);
    std::string message = error_of([&] { parse_checkpoint("c", bytes); });
    CHECK_THAT(message, StartsWith("c: not a checkpoint as") && !ContainsSubstring("\n"));
    return message;
  };
  const auto with_entry = [&](const char* name, const ordered_json& value) {
    return error([&](TensorFile& file) {
      auto description = ordered_json::parse(file.metadata.at("description"));
      description[name] = value;
      file.metadata["description"] = description.dump();
    });
  };
  for (const char* name : {"epoch", "step", "steps"})
    for (const ordered_json& value :
         {ordered_json(1.5), ordered_json(1e300), ordered_json("1"), ordered_json()})
      CHECK_THAT(with_entry(name, value), ContainsSubstring("expected whole numbers"));
  with_entry("totals", ordered_json::array({1, 2}));
  with_entry("seconds", nullptr);
  error([](TensorFile& file) { file.metadata["description"] = "{"; });
  error([](TensorFile& file) { file.metadata.erase("description"); });
  CHECK_THAT(error([](TensorFile& file) { file.metadata["format"] = "numeral checkpoint 4"; }),
             ContainsSubstring("expected the format 'numeral checkpoint 3'"));

  const auto with_epochs = [&](const std::function<void(torch::Tensor&)>& spoil) {
    return error([&](TensorFile& file) {
      for (auto& [name, tensor] : file.entries)
        if (name == "epochs") spoil(tensor);
    });
  };
  for (int column = 0; column < 7; ++column)
    for (const double value :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
      CHECK_THAT(with_epochs([&](auto& rows) { rows[0][column] = value; }),
                 ContainsSubstring("epochs: number 1"));
  for (const double accuracy : {-0.01, 1.01})
    CHECK_THAT(with_epochs([&](auto& rows) { rows[0][5] = accuracy; }),
               ContainsSubstring("epochs: number 1"));
  CHECK_THAT(with_epochs([](auto& rows) { rows = rows.to(torch::kFloat32); }),
             ContainsSubstring("epochs: expected rows"));
  CHECK_THAT(with_epochs([](auto& rows) { rows = rows.narrow(1, 0, 6).contiguous(); }),
             ContainsSubstring("epochs: expected rows"));
}

TEST_CASE("A run resumes only from a checkpoint that fits it", "[checkpoint]") {
  const auto error = [](const std::function<void(Checkpoint&)>& spoil, RunPlan plan = kPlan,
                        int outputs = 10) {
    Checkpoint checkpoint = example_checkpoint();
    spoil(checkpoint);
    return error_of([&] { check_fits(checkpoint, *make_network(outputs), plan); });
  };
  const auto nothing = [](Checkpoint&) {};
  CHECK_THAT(error(nothing, kPlan, 11), ContainsSubstring("not of this network: classify.weight"));
  CHECK_THAT(error(nothing, {5, 10, false}), ContainsSubstring("expected no moving average"));
  CHECK_THAT(error([](auto& c) { c.replica.averaged = {}; }),
             ContainsSubstring("expected a moving average"));
  CHECK_THAT(error([](auto& c) { c.run.epoch = 7; }),
             ContainsSubstring("at most 5 epochs of 10 steps, found epoch 7, step 3"));
  CHECK_THAT(error([](auto& c) { c.run.epoch = 6; }), ContainsSubstring("found epoch 6, step 3"));
  CHECK_THAT(error([](auto& c) { c.run.epoch = 0; }), ContainsSubstring("found epoch 0, step 3"));
  CHECK_THAT(error([](auto& c) { c.run.step = 11; }), ContainsSubstring("found epoch 2, step 11"));
  CHECK_THAT(error([](auto& c) { c.run.step = -1; }), ContainsSubstring("found epoch 2, step -1"));
  CHECK_THAT(error([](auto& c) { c.replica.steps = 4; }),
             ContainsSubstring("after 13 steps, found them after 4"));
  CHECK_THAT(error([](auto& c) { c.run.epochs.clear(); }),
             ContainsSubstring("epochs: expected 1, found 0"));
  CHECK_THAT(error([](auto& c) { c.random_state = torch::Tensor(); }),
             ContainsSubstring("random_state"));

  // Each part must have the network's layout, or the next step would read beyond it.
  const auto other_shape = [](torch::Tensor& tensor) { tensor = tensor.reshape({-1, 1}); };
  CHECK_THAT(error([&](auto& c) { other_shape(c.replica.averaged.tensors[0]); }),
             ContainsSubstring("averaged.conv1.weight: expected the shape"));
  CHECK_THAT(error([&](auto& c) { other_shape(c.run.best.tensors[0]); }),
             ContainsSubstring("best.conv1.weight: expected the shape"));
  CHECK_THAT(error([](auto& c) { c.run.best = {}; }), ContainsSubstring("best."));
  for (auto moments : {&Replica::State::first_moments, &Replica::State::second_moments}) {
    CHECK_THAT(error([&](auto& c) { other_shape((c.replica.*moments)[0]); }),
               ContainsSubstring("expected the moments of"));
    CHECK_THAT(error([&](auto& c) { (c.replica.*moments).pop_back(); }),
               ContainsSubstring("expected the moments of"));
    CHECK_THAT(error([&](auto& c) {
                 (c.replica.*moments)[0] = (c.replica.*moments)[0].to(torch::kInt64);
               }),
               ContainsSubstring("expected the moments of"));
  }
}

}  // namespace
}  // namespace numeral
