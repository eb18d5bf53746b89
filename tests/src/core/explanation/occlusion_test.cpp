#include "core/explanation/occlusion.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "support/drawing.h"
#include "support/model.h"

namespace numeral {
namespace {

using test::published_recognizer;

TEST_CASE("Covering what is empty changes nothing, covering ink does", "[occlusion]") {
  Recognizer recognizer = published_recognizer();
  const auto answer = recognizer.recognize(draw(test::digit_strokes(7), {})).value().value();
  const OcclusionMap map = occlude(recognizer, answer.input, answer.digit, 5).value();
  CHECK(map.front() == answer.confidence);
  CHECK(map.back() == answer.confidence);
  CHECK(*std::min_element(map.begin(), map.end()) < answer.confidence);
}

TEST_CASE("A place of the map is the probability without the patch around it", "[occlusion]") {
  Recognizer recognizer = published_recognizer();
  const NetworkInput input = *preprocess(draw(test::digit_strokes(3), {}));
  constexpr int kLabel = 8, kRow = 14, kColumn = 15;
  for (const int patch : {4, 5}) {
    CAPTURE(patch);
    const OcclusionMap map = occlude(recognizer, input, kLabel, patch).value();
    NetworkInput expected = input;
    for (int y = kRow - 2; y < kRow - 2 + patch; ++y)
      for (int x = kColumn - 2; x < kColumn - 2 + patch; ++x) expected[y * kInputSize + x] = 0;
    REQUIRE(expected != input);
    CHECK(map[kRow * kInputSize + kColumn] ==
          recognizer.recognize(expected).value().probabilities[kLabel]);
  }
}

TEST_CASE("A patch as large as the input covers all of it in the middle", "[occlusion]") {
  Recognizer recognizer = published_recognizer();
  const NetworkInput input = *preprocess(draw(test::digit_strokes(3), {}));
  const OcclusionMap map = occlude(recognizer, input, 3, kInputSize).value();
  CHECK(map[14 * kInputSize + 14] == recognizer.recognize(NetworkInput{}).value().probabilities[3]);
}

}  // namespace
}  // namespace numeral
