#include "core/hints.h"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "support/model.h"

namespace numeral {
namespace {

std::string problem(const ReadOptions& options) {
  static const ModelCard card = test::published_recognizer().card();
  const Result<void> checked = check_options(options, card);
  return checked ? "" : checked.error().message;
}

TEST_CASE("Options that are possible", "[hints]") {
  CHECK(problem({}).empty());
  CHECK(problem({{4, 4, {}}, 100}).empty());
  CHECK(problem({{2, 5, {"7", "42"}}, 0}).empty());
}

TEST_CASE("Options that are impossible are named", "[hints]") {
  CHECK(problem({{}, 101}) == "alternatives: expected 0 to 100, found 101");
  CHECK(problem({{0, 4, {}}, 0}).starts_with("length: "));
  CHECK(problem({{5, 4, {}}, 0}).starts_with("length: "));
  CHECK(problem({{1, 4, {"7x"}}, 0}) == "among: expected texts of the model's labels, found '7x'");
  CHECK(problem({{1, 4, {""}}, 0}).starts_with("among: "));
  CHECK(problem({{3, 4, {"7", "42"}}, 0}).starts_with("among: "));
  CHECK(problem({{1, 4, std::vector<std::string>(kMaxAmong + 1, "7")}, 0}).starts_with("among: "));
}

}  // namespace
}  // namespace numeral
