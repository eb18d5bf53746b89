#include "train/evaluation/experiments.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "native/files.h"

namespace numeral {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxFileSize = std::size_t(1) << 20;

Spread spread_of(const Experiment& experiment, double SeedResult::* value) {
  const auto count = double(experiment.seeds.size());
  Spread spread;
  for (const SeedResult& seed : experiment.seeds) spread.mean += seed.*value / count;
  if (count < 2) return spread;
  double squares = 0;
  for (const SeedResult& seed : experiment.seeds) squares += std::pow(seed.*value - spread.mean, 2);
  spread.deviation = std::sqrt(squares / (count - 1));
  return spread;
}

bool has_number(const Json& object, const char* name, double least, double most) {
  if (!object.contains(name) || !object[name].is_number()) return false;
  const auto value = object[name].get<double>();
  return value >= least && value <= most;
}

/// Fails with what is expected.
Result<SeedResult> seed_of(const Json& entry) {
  if (!entry.is_object() || !entry.contains("seed") || !entry["seed"].is_number_unsigned())
    return fail("an object with a whole \"seed\" of at least 0");
  if (!has_number(entry, "validation_accuracy", 0, 1))
    return fail("\"validation_accuracy\" to be a number from 0 to 1");
  if (!has_number(entry, "validation_loss", 0, HUGE_VAL))
    return fail("\"validation_loss\" to be a number of at least 0");
  return SeedResult{entry["seed"], entry["validation_accuracy"], entry["validation_loss"]};
}

/// Likewise.
Result<Experiment> experiment_of(const Json& entry) {
  if (!entry.is_object() || !entry.contains("what") || !entry["what"].is_string())
    return fail("an object with a text \"what\"");
  if (!entry.contains("seeds") || !entry["seeds"].is_array() || entry["seeds"].empty())
    return fail("\"seeds\" to be a list of at least one");
  Experiment experiment{entry["what"], {}};
  for (const Json& item : entry["seeds"]) {
    const Result<SeedResult> seed = seed_of(item);
    if (!seed) return tl::unexpected(seed.error());
    experiment.seeds.push_back(*seed);
  }
  return experiment;
}

}  // namespace

Spread spread_of_accuracy(const Experiment& experiment) {
  return spread_of(experiment, &SeedResult::validation_accuracy);
}

Spread spread_of_loss(const Experiment& experiment) {
  return spread_of(experiment, &SeedResult::validation_loss);
}

Result<std::vector<Experiment>> read_experiments(const std::filesystem::path& path) {
  const auto bytes = read_file(path, kMaxFileSize);
  if (!bytes) return tl::unexpected(bytes.error());
  const Json parsed = Json::parse(*bytes, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_array()) return fail(path.string() + ": expected a JSON list of experiments");
  std::vector<Experiment> experiments;
  for (const Json& entry : parsed) {
    Result<Experiment> experiment = experiment_of(entry);
    if (!experiment)
      return fail(path.string() + ": experiment " + std::to_string(experiments.size() + 1) +
                  ": expected " + experiment.error().message);
    experiments.push_back(std::move(*experiment));
  }
  return experiments;
}

}  // namespace numeral
