// torch first: it defines a CHECK of its own, which Catch's replaces.
#include <torch/torch.h>
//
#include "train/training/distillation.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "train/network/network.h"
#include "support/temporary_folder.h"

namespace numeral {
namespace {

using Catch::Approx;

TEST_CASE("Without teachers the labels' loss is all") {
  const torch::Tensor logits = torch::randn({4, 10});
  const torch::Tensor labels = torch::randint(10, {4});
  const Loss loss = distillation(cross_entropy(0.1), {}, 0.7);
  const torch::Tensor expected = cross_entropy(0.1)({}, logits, labels);
  CHECK(loss({}, logits, labels).item<double>() == expected.item<double>());
}

TEST_CASE("The loss is the mean of the labels' and the teachers'") {
  torch::manual_seed(1);
  Teachers teachers{make_network(11), make_network(11)};
  for (torch::nn::Sequential& teacher : teachers) teacher->eval();
  const torch::Tensor images = torch::rand({3, 1, 28, 28});
  const torch::Tensor logits = torch::randn({3, 11});
  const torch::Tensor labels = torch::randint(10, {3});

  const torch::NoGradGuard no_grad;
  const torch::Tensor taught = torch::cat({teachers[0]->forward(images.slice(0, 0, 2)).softmax(1),
                                           teachers[1]->forward(images.slice(0, 2, 3)).softmax(1)});
  const double from_teachers = -(taught * logits.log_softmax(1)).sum().item<double>() / 3;
  const Loss from_labels = cross_entropy(0);
  const double expected =
      0.4 * from_labels(images, logits, labels).item<double>() + 0.6 * from_teachers;
  const Loss loss = distillation(from_labels, on_device(teachers, torch::kCPU), 0.6);
  CHECK(loss(images, logits, labels).item<double>() == Approx(expected).epsilon(1e-5));
}

TEST_CASE("A batch may have fewer pictures than there are teachers") {
  Teachers teachers{make_network(10), make_network(10), make_network(10)};
  for (torch::nn::Sequential& teacher : teachers) teacher->eval();
  const Loss loss = distillation(cross_entropy(0), teachers, 1);
  CHECK(loss(torch::rand({2, 1, 28, 28}), torch::randn({2, 10}), torch::zeros({2}, torch::kLong))
            .isfinite()
            .item<bool>());
}

TEST_CASE("What the teachers say does not train them") {
  Teachers teachers{make_network(10)};
  teachers[0]->eval();
  torch::Tensor logits = torch::randn({2, 10}, torch::requires_grad());
  distillation(cross_entropy(0), teachers, 1)(torch::rand({2, 1, 28, 28}), logits,
                                              torch::zeros({2}, torch::kLong))
      .backward();
  CHECK(logits.grad().defined());
  for (const torch::Tensor& parameter : teachers[0]->parameters())
    CHECK_FALSE(parameter.grad().defined());
}

TEST_CASE("Other teachers have another fingerprint") {
  const Teachers some{make_network(10)}, others{make_network(10)};
  CHECK(fingerprint({}).empty());
  CHECK(fingerprint(some).size() == 64);
  CHECK(fingerprint(some) == fingerprint(on_device(some, torch::kCPU)));
  CHECK(fingerprint(some) != fingerprint(others));
}

TEST_CASE("A teacher that cannot be read is refused") {
  const test::TemporaryFolder folder;
  const auto teachers = load_teachers({folder.path()}, 10);
  REQUIRE_FALSE(teachers);
  CHECK(teachers.error().message.starts_with("--teachers: "));
  CHECK(teachers.error().message.find('\n') == std::string::npos);
}

}  // namespace
}  // namespace numeral
