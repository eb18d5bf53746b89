#include "train/training/pretrained.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "support/temporary_folder.h"
#include "train/network/network.h"
#include "train/network/weights.h"
#include "train/training/safetensors.h"

namespace numeral {
namespace {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

torch::Tensor weights_named(const torch::nn::Sequential& network, const std::string& name) {
  return network->named_parameters()[name];
}

TEST_CASE("A network starts from the weights of a file", "[pretrained]") {
  torch::manual_seed(1);
  const torch::nn::Sequential trained = make_network(11);
  const test::TemporaryFolder folder;
  const auto path = folder.write("mine.safetensors", weights_file(*trained));

  torch::nn::Sequential same = make_network(11);
  load_pretrained(same, path);
  const Weights expected = weights_of(*trained), found = weights_of(*same);
  for (std::size_t i = 0; i < expected.names.size(); ++i)
    CHECK(torch::equal(expected.tensors[i], found.tensors[i]));

  // With other classes the last layer stays as it was.
  torch::nn::Sequential letters = make_network(26);
  const torch::Tensor last = weights_named(letters, "classify.weight").clone();
  load_pretrained(letters, path);
  CHECK(
      torch::equal(weights_named(letters, "conv3.weight"), weights_named(trained, "conv3.weight")));
  CHECK(torch::equal(weights_named(letters, "classify.weight"), last));
}

TEST_CASE("Of a checkpoint, the best epoch's weights are taken", "[pretrained]") {
  torch::nn::Sequential network = make_network(10), best = make_network(10);
  TensorFile file;
  const Weights weights = weights_of(*network), chosen = weights_of(*best);
  for (std::size_t i = 0; i < weights.names.size(); ++i) {
    file.entries.push_back({"weights." + weights.names[i], weights.tensors[i]});
    file.entries.push_back({"best." + chosen.names[i], chosen.tensors[i]});
  }
  const test::TemporaryFolder folder;
  torch::nn::Sequential started = make_network(10);
  load_pretrained(started, folder.write("latest.safetensors", to_bytes(file)));
  CHECK(torch::equal(weights_named(started, "conv1.weight"), weights_named(best, "conv1.weight")));
}

TEST_CASE("Weights of another network are refused, and nothing is changed", "[pretrained]") {
  const test::TemporaryFolder folder;
  torch::nn::Sequential network = make_network(10);
  const Weights before = copy_of(weights_of(*network));
  const auto refuses = [&](const std::string& bytes, const std::string& reason) {
    const auto path = folder.write("mine.safetensors", bytes);
    CHECK_THROWS_MATCHES(load_pretrained(network, path), std::runtime_error,
                         MessageMatches(ContainsSubstring("mine.safetensors: no weights for") &&
                                        ContainsSubstring(reason)));
  };
  refuses(weights_file(*make_network(10, 2)), "conv1.weight: expected the shape [16, 1, 3, 3]");
  refuses(to_bytes(TensorFile{{}, {{"other", torch::zeros({1})}}}),
          "no weights called conv1.weight");
  refuses("nothing of the kind", "");
  CHECK_THROWS(load_pretrained(network, folder.path() / "missing.safetensors"));
  for (std::size_t i = 0; i < before.tensors.size(); ++i)
    CHECK(torch::equal(before.tensors[i], weights_of(*network).tensors[i]));
}

}  // namespace
}  // namespace numeral
