// torch first: it defines a CHECK of its own, which Catch's replaces.
#include <torch/torch.h>
//
#include <torch_onnx/export.h>

#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "support/temporary_folder.h"

namespace torch_onnx {
namespace {

TEST_CASE("The README lists the operations that can be exported") {
  std::ifstream file(numeral::test::project_folder() / "torch_onnx" / "README.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t begin = text.find("## Supported operations");
  const std::size_t end = text.find("In-place forms", begin);
  REQUIRE(end != std::string::npos);
  const std::string table = text.substr(begin, end - begin);

  std::set<std::string> listed;
  const std::regex operation("`(aten::\\w+)`");
  for (std::sregex_iterator match(table.begin(), table.end(), operation), none; match != none;
       ++match)
    listed.insert((*match)[1]);
  const std::vector<std::string> supported = supported_operations();
  CHECK(listed == std::set<std::string>(supported.begin(), supported.end()));
}

}  // namespace
}  // namespace torch_onnx
