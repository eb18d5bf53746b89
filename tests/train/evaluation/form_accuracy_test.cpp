#include "train/evaluation/form_accuracy.h"

#include <catch2/catch_test_macros.hpp>

#include "native/model_files.h"
#include "support/model.h"

namespace numeral {
namespace {

TEST_CASE("Every form is drawn, classified, and the right answers counted") {
  auto recognizer = load_recognizer(test::published_model());
  REQUIRE(recognizer);
  const auto results = accuracy_by_form(*recognizer, 10);
  REQUIRE(results);
  REQUIRE(results->size() == digit_forms().size());
  int correct = 0, total = 0;
  for (std::size_t i = 0; i < results->size(); ++i) {
    const FormResult& result = (*results)[i];
    CHECK(result.form == &digit_forms()[i]);
    CHECK(result.total == 10);
    correct += result.correct;
    total += result.total;
  }
  // The published model was trained with such drawings; other ones than these.
  CHECK(correct > 0.95 * total);
  CHECK(correct < total);

  const auto again = accuracy_by_form(*recognizer, 10);
  REQUIRE(again);
  for (std::size_t i = 0; i < results->size(); ++i)
    CHECK((*again)[i].correct == (*results)[i].correct);
}

}  // namespace
}  // namespace numeral
