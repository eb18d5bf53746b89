#include "train/training/replica.h"

#include <catch2/catch_test_macros.hpp>
#include <optional>

#include "support/workers.h"
#include "train/base/shard.h"
#include "train/network/network.h"

namespace numeral {
namespace {

const Loss kLoss = cross_entropy(0.05);

Examples random_examples(std::int64_t count) {
  return {torch::rand({count, 1, 28, 28}), torch::randint(0, 10, {count}, torch::kInt64)};
}

Examples shard_in(const Examples& batch, const WorkerGroup& group) {
  const Shard shard = shard_of(batch.count(), group.rank(), group.size());
  return {batch.images.slice(0, shard.first, shard.end),
          batch.labels.slice(0, shard.first, shard.end)};
}

/// The state of each worker's replica after `use`.
struct Replicas {
  std::vector<torch::Tensor> gradients;  ///< all in a row
  std::vector<Weights> weights;
  std::vector<Sums> totals;
};

Replicas run(int workers, const torch::nn::Sequential& network,
             const std::function<void(Replica&, const WorkerGroup&)>& use) {
  Replicas result;
  result.gradients.resize(static_cast<std::size_t>(workers));
  result.weights.resize(static_cast<std::size_t>(workers));
  result.totals.resize(static_cast<std::size_t>(workers));
  test::run_workers(workers, [&](const WorkerGroup& group) {
    torch::set_num_threads(1);
    Replica replica(clone_of(network), torch::kCPU, {});
    use(replica, group);
    const auto rank = static_cast<std::size_t>(group.rank());
    std::vector<torch::Tensor> gradients;
    for (const torch::Tensor& parameter : replica.network()->parameters())
      gradients.push_back(parameter.grad().reshape(-1));
    result.gradients[rank] = torch::cat(gradients).clone();
    result.weights[rank] = copy_of(weights_of(*replica.network()));
    result.totals[rank] = replica.totals();
  });
  return result;
}

double largest_difference(const Weights& a, const Weights& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.tensors.size(); ++i)
    largest = std::max(largest, (a.tensors[i] - b.tensors[i]).abs().max().item<double>());
  return largest;
}

bool identical(const Weights& a, const Weights& b) {
  for (std::size_t i = 0; i < a.tensors.size(); ++i)
    if (!torch::equal(a.tensors[i], b.tensors[i])) return false;
  return true;
}

TEST_CASE("Workers' gradients are those of one worker with the whole batch", "[replica]") {
  torch::manual_seed(1);
  const torch::nn::Sequential network = make_network(10);
  // With the last size one of three workers has no example.
  for (const std::int64_t size : {64, 7, 2}) {
    const Examples batch = random_examples(size);
    const auto gradients = [&](Replica& replica, const WorkerGroup& group) {
      replica.network()->eval();
      replica.compute_gradients(shard_in(batch, group), kLoss, group);
    };
    const Replicas one = run(1, network, gradients);
    CHECK(one.gradients[0].abs().max().item<double>() > 1e-3);
    for (const int workers : {2, 3}) {
      const Replicas several = run(workers, network, gradients);
      for (const torch::Tensor& found : several.gradients)
        CHECK((found - one.gradients[0]).abs().max().item<double>() < 1e-5);
      CHECK(several.totals[0].count == double(size));
      CHECK(several.totals[0].correct == one.totals[0].correct);
      CHECK(std::abs(several.totals[0].loss - one.totals[0].loss) < 1e-3);
    }
  }
}

TEST_CASE("Ten steps of two workers come to the weights of one", "[replica]") {
  torch::manual_seed(2);
  const torch::nn::Sequential network = make_network(10);
  std::vector<Examples> batches;
  for (int i = 0; i < 10; ++i) batches.push_back(random_examples(i == 9 ? 5 : 32));
  const auto ten_steps = [&](Replica& replica, const WorkerGroup& group) {
    replica.network()->eval();
    for (const Examples& batch : batches) replica.step(shard_in(batch, group), kLoss, 1e-3, group);
  };
  const Replicas one = run(1, network, ten_steps), two = run(2, network, ten_steps);
  CHECK(largest_difference(one.weights[0], two.weights[0]) < 1e-4);
  CHECK(largest_difference(one.weights[0], weights_of(*network)) > 1e-3);
}

TEST_CASE("Replicas stay identical, batch norm included", "[replica]") {
  torch::manual_seed(3);
  const torch::nn::Sequential network = make_network(10);
  std::vector<Examples> batches;
  for (int i = 0; i < 5; ++i) batches.push_back(random_examples(i == 4 ? 2 : 30));
  for (std::size_t steps = 1; steps <= batches.size(); ++steps) {
    std::vector<Weights> averages(3);
    const Replicas three = run(3, network, [&](Replica& replica, const WorkerGroup& group) {
      for (std::size_t i = 0; i < steps; ++i)
        replica.step(shard_in(batches[i], group), kLoss, 1e-3, group);
      averages[static_cast<std::size_t>(group.rank())] = copy_of(replica.averaged());
    });
    for (const std::size_t rank : {1, 2}) {
      CHECK(identical(three.weights[0], three.weights[rank]));
      CHECK(identical(averages[0], averages[rank]));
    }
    CHECK_FALSE(identical(three.weights[0], averages[0]));
  }
}

TEST_CASE("Batch norm's statistics are those of the whole batch", "[replica]") {
  torch::manual_seed(4);
  torch::nn::Sequential network;
  network->push_back("norm", torch::nn::BatchNorm2d(1));
  network->push_back("flatten", torch::nn::Flatten());
  network->push_back("classify", torch::nn::Linear(784, 10));
  // Shards of different sizes: the mean must weigh examples, not workers.
  const Examples batch = random_examples(7);
  const auto one_step = [&](Replica& replica, const WorkerGroup& group) {
    replica.step(shard_in(batch, group), kLoss, 0, group);
  };
  const Weights one = run(1, network, one_step).weights[0];
  const Weights two = run(2, network, one_step).weights[0];
  const auto value = [](const Weights& weights, const std::string& name) {
    const auto found = std::find(weights.names.begin(), weights.names.end(), name);
    REQUIRE(found != weights.names.end());
    return weights.tensors[static_cast<std::size_t>(found - weights.names.begin())].item<double>();
  };
  CHECK(std::abs(value(one, "norm.running_mean") - value(two, "norm.running_mean")) < 1e-6);
  CHECK(std::abs(value(one, "norm.running_mean") - 0.1 * batch.images.mean().item<double>()) <
        1e-6);
  // The unbiased estimates differ, slightly, because the shards' means do.
  CHECK(std::abs(value(one, "norm.running_var") - value(two, "norm.running_var")) < 1e-4);
  CHECK(value(two, "norm.num_batches_tracked") == 1);
}

TEST_CASE("A shard in parts gives the gradients of all of it", "[replica]") {
  torch::manual_seed(6);
  const torch::nn::Sequential network = make_network(10);
  const Examples batch = random_examples(20);
  const auto gradients = [&](std::int64_t parts) {
    Replica replica(clone_of(network), torch::kCPU, {.accumulate = parts});
    replica.network()->eval();  // batch norm would normalise each part by itself
    replica.compute_gradients(batch, kLoss, WorkerGroup());
    CHECK(replica.totals().count == 20);
    std::vector<torch::Tensor> all;
    for (const torch::Tensor& parameter : replica.network()->parameters())
      all.push_back(parameter.grad().reshape(-1));
    return torch::cat(all).clone();
  };
  const torch::Tensor whole = gradients(1);
  for (const std::int64_t parts : {2, 3, 20, 50})
    CHECK((gradients(parts) - whole).abs().max().item<double>() < 1e-5);
}

TEST_CASE("Gradients are scaled down to the largest norm", "[replica]") {
  torch::manual_seed(7);
  const torch::nn::Sequential network = make_network(10);
  const Examples batch = random_examples(16);
  const auto norm = [&](double clip) {
    Replica replica(clone_of(network), torch::kCPU, {.clip_norm = clip});
    replica.step(batch, kLoss, 1e-3, WorkerGroup());
    double squares = 0;
    for (const torch::Tensor& parameter : replica.network()->parameters())
      squares += parameter.grad().square().sum().item<double>();
    return std::sqrt(squares);
  };
  const double all = norm(0);
  CHECK(all > 0.01);
  CHECK(std::abs(norm(all / 4) - all / 4) < 1e-3 * all);
  CHECK(std::abs(norm(all * 4) - all) < 1e-6);
}

TEST_CASE("A replica continues from its state as if it had never stopped", "[replica]") {
  torch::manual_seed(5);
  const torch::nn::Sequential network = make_network(10);
  const WorkerGroup alone;
  const std::vector<Examples> batches = {random_examples(16), random_examples(16)};
  Replica whole(clone_of(network), torch::kCPU, {});
  whole.step(batches[0], kLoss, 1e-3, alone);
  const Replica::State state = whole.state();
  whole.step(batches[1], kLoss, 1e-3, alone);

  Replica resumed(make_network(10), torch::kCPU, {});
  resumed.set_state(state);
  resumed.step(batches[1], kLoss, 1e-3, alone);
  CHECK(identical(weights_of(*whole.network()), weights_of(*resumed.network())));
  CHECK(identical(whole.averaged(), resumed.averaged()));
}

}  // namespace
}  // namespace numeral
