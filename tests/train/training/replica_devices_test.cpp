// What must hold on every device: on CPUs, and on the GPUs of a machine that has some.

#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "support/workers.h"
#include "train/base/shard.h"
#include "train/network/network.h"
#include "train/training/replica.h"

namespace numeral {
namespace {

const Loss kLoss = cross_entropy(0.05, 0.5);

/// How gradients may differ from exact ones: rounding changes which values ReLU and max pooling let
/// pass, and batch norm enlarges it. On a GPU, convolutions in float32 round to TF32 by default.
struct Computation {
  torch::Device device;
  torch::ScalarType type;
  double tolerance;  ///< relative, of gradients
};

std::vector<Computation> computations() {
  std::vector<Computation> all = {{torch::kCPU, torch::kFloat32, 1e-3},
                                  {torch::kCPU, torch::kBFloat16, 0.25}};
  if (torch::cuda::is_available()) {
    const torch::Device gpu(torch::kCUDA, 0);
    all.push_back({gpu, torch::kFloat32, 0.1});
    all.push_back({gpu, torch::kBFloat16, 0.25});
    all.push_back({gpu, torch::kFloat16, 0.1});
  }
  return all;
}

/// Pictures of blots, which differ as much as digits do. Without the noise, max pooling would have
/// to choose between equal values.
Examples random_examples(std::int64_t count) {
  const torch::Tensor blots = torch::rand({count, 1, 7, 7}).gt(0.7).to(torch::kFloat32);
  return {blots.repeat_interleave(4, 2).repeat_interleave(4, 3).lerp(
              torch::rand({count, 1, 28, 28}), 0.3),
          torch::randint(0, 10, {count}, torch::kInt64)};
}

/// All gradients in a row.
torch::Tensor gradients_of(const torch::nn::Module& network) {
  std::vector<torch::Tensor> gradients;
  for (const torch::Tensor& parameter : network.parameters())
    gradients.push_back(parameter.grad().reshape(-1).to(torch::kCPU, torch::kFloat64));
  return torch::cat(gradients);
}

bool identical(const Weights& a, const Weights& b) {
  for (std::size_t i = 0; i < a.tensors.size(); ++i)
    if (!torch::equal(a.tensors[i].cpu(), b.tensors[i].cpu())) return false;
  return true;
}

TEST_CASE("Gradients are those of double precision on the CPU", "[devices]") {
  torch::manual_seed(1);
  const torch::nn::Sequential network = make_network(10);
  const Examples batch = random_examples(64);
  torch::nn::Sequential exact = clone_of(network);
  exact->to(torch::kFloat64);
  kLoss(exact->forward(batch.images.to(torch::kFloat64)), batch.labels).backward();
  const torch::Tensor expected = gradients_of(*exact);

  for (const auto& [device, type, tolerance] : computations()) {
    CAPTURE(device.str(), torch::toString(type));
    Replica replica(clone_of(network), device, {.type = type});
    replica.compute_gradients(batch, kLoss, WorkerGroup());
    const torch::Tensor found = gradients_of(*replica.network());
    const double difference = ((found - expected).norm() / expected.norm()).item<double>();
    UNSCOPED_INFO("relative difference " << difference);
    CHECK(difference < tolerance);
    CHECK(replica.totals().count == 64);
  }
}

TEST_CASE("A run gives the same bits again, also when it was resumed", "[devices]") {
  torch::manual_seed(2);
  const torch::nn::Sequential network = make_network(10);
  std::vector<Examples> batches;
  for (int i = 0; i < 6; ++i) batches.push_back(random_examples(i == 5 ? 9 : 32));
  const WorkerGroup alone;
  for (const auto& [device, type, tolerance] : computations()) {
    CAPTURE(device.str(), torch::toString(type));
    const auto started = [&] { return Replica(clone_of(network), device, {.type = type}); };
    Replica once = started(), again = started(), resumed = started();
    for (std::size_t i = 0; i < batches.size(); ++i) {
      once.step(batches[i], kLoss, 1e-3, alone);
      again.step(batches[i], kLoss, 1e-3, alone);
      if (i == 2) resumed.set_state(once.state());
      if (i > 2) resumed.step(batches[i], kLoss, 1e-3, alone);
    }
    CHECK(identical(once.averaged(), again.averaged()));
    CHECK(identical(once.averaged(), resumed.averaged()));
    CHECK(once.state().loss_scale == resumed.state().loss_scale);
  }
}

TEST_CASE("Two workers on a device keep the same weights, those of one", "[devices]") {
  torch::manual_seed(4);
  const torch::nn::Sequential network = make_network(10);
  std::vector<Examples> batches;
  for (int i = 0; i < 5; ++i) batches.push_back(random_examples(i == 4 ? 3 : 32));
  for (const Computation& computation : computations()) {
    CAPTURE(computation.device.str(), torch::toString(computation.type));
    const auto train = [&](int workers) {
      std::vector<Weights> weights(static_cast<std::size_t>(workers));
      test::run_workers(workers, [&](const WorkerGroup& group) {
        torch::set_num_threads(1);
        Replica replica(clone_of(network), computation.device, {.type = computation.type});
        replica.network()->eval();
        for (const Examples& batch : batches) {
          const Shard shard = shard_of(batch.count(), group.rank(), group.size());
          replica.step({batch.images.slice(0, shard.first, shard.end),
                        batch.labels.slice(0, shard.first, shard.end)},
                       kLoss, 1e-4, group);
        }
        weights[static_cast<std::size_t>(group.rank())] = replica.state().weights;
      });
      return weights;
    };
    const std::vector<Weights> one = train(1), two = train(2);
    CHECK(identical(two[0], two[1]));
    for (std::size_t i = 0; i < one[0].tensors.size(); ++i)
      CHECK(torch::allclose(one[0].tensors[i], two[0].tensors[i], 0, 5 * 1e-4));
  }
}

TEST_CASE("Gradients that overflow in half precision change nothing but the scale", "[devices]") {
  torch::manual_seed(3);
  torch::nn::Sequential network;
  network->push_back("flatten", torch::nn::Flatten());
  network->push_back("classify", torch::nn::Linear(784, 10));
  const Examples batch = random_examples(8);
  const Loss overflow = [](const torch::Tensor& logits, const torch::Tensor&) {
    return logits.sum() * 1e38;
  };
  for (const auto& [device, type, tolerance] : computations()) {
    if (device.is_cuda() && type != torch::kFloat16) continue;
    CAPTURE(device.str());
    Replica replica(clone_of(network), device, {.weight_decay = 0, .type = torch::kFloat16});
    const Replica::State before = replica.state();
    REQUIRE(before.loss_scale > 0);
    replica.step(batch, overflow, 1e-3, WorkerGroup());
    CHECK(identical(before.weights, replica.state().weights));
    CHECK(replica.state().loss_scale == before.loss_scale / 2);
    replica.step(batch, kLoss, 1e-3, WorkerGroup());
    CHECK_FALSE(identical(before.weights, replica.state().weights));
  }
}

}  // namespace
}  // namespace numeral
