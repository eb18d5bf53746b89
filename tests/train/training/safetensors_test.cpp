#include "train/training/safetensors.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstdint>
#include <exception>

namespace numeral {
namespace {

using Catch::Matchers::ContainsSubstring;

/// A file with this header and these values.
std::string file_with(const std::string& header, const std::string& values) {
  std::string bytes;
  for (int shift = 0; shift < 64; shift += 8)
    bytes += static_cast<char>(std::uint64_t(header.size()) >> shift & 255);
  return bytes + header + values;
}

/// A file with one entry "t", of 8 bytes unless it is told otherwise.
std::string file_of(const std::string& entry, std::size_t bytes = 8) {
  return file_with(R"({"__metadata__":{"text":"d"},"t":)" + entry + "}",
                   std::string(bytes, '\x01'));
}

std::string reason(const std::string& bytes) {
  try {
    parse_safetensors(bytes);
  } catch (const std::exception& error) {
    CHECK_THAT(error.what(), !ContainsSubstring("\n"));
    return error.what();
  }
  FAIL("nothing was thrown");
  return "";
}

TEST_CASE("Tensors come back as they were, bit for bit", "[safetensors]") {
  TensorFile saved{{{"text", "a \"description\"\n"}, {"more", ""}}, {}};
  saved.entries.push_back({"floats", torch::randn({3, 2, 5})});
  saved.entries.push_back({"scalar", torch::full({}, 7, torch::kInt64)});
  saved.entries.push_back({"doubles", torch::randn({4}, torch::kFloat64)});
  saved.entries.push_back({"bytes", torch::arange(5, torch::kUInt8)});
  saved.entries.push_back({"after-odd-bytes", torch::randn({2})});
  const std::string bytes = to_bytes(saved);
  const TensorFile read = parse_safetensors(bytes);
  CHECK(read.metadata == saved.metadata);
  REQUIRE(read.entries.size() == saved.entries.size());
  for (std::size_t i = 0; i < saved.entries.size(); ++i) {
    CHECK(read.entries[i].name == saved.entries[i].name);
    CHECK(read.entries[i].tensor.scalar_type() == saved.entries[i].tensor.scalar_type());
    CHECK(torch::equal(read.entries[i].tensor, saved.entries[i].tensor));
  }
  CHECK(to_bytes(read) == bytes);
}

TEST_CASE("Values are written in the order of the shape, whatever theirs in memory",
          "[safetensors]") {
  const torch::Tensor plain = torch::randn({2, 3, 4, 5});
  const auto turned = plain.contiguous(torch::MemoryFormat::ChannelsLast);
  CHECK(to_bytes(TensorFile{{}, {{"t", plain}}}) == to_bytes(TensorFile{{}, {{"t", turned}}}));
}

TEST_CASE("The bytes are what the safetensors layout says", "[safetensors]") {
  const torch::Tensor one = torch::full({1}, 1.0f);
  const std::string header = R"({"__metadata__":{"text":"d"},)"
                             R"("t":{"data_offsets":[0,4],"dtype":"F32","shape":[1]}})";
  const std::string padding((8 - header.size() % 8) % 8, ' ');
  CHECK(to_bytes(TensorFile{{{"text", "d"}}, {{"t", one}}}) ==
        file_with(header + padding, std::string("\0\0\x80\x3f", 4)));
}

TEST_CASE("A file needs no metadata", "[safetensors]") {
  const TensorFile read = parse_safetensors(
      file_with(R"({"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", std::string(8, '\0')));
  CHECK(read.metadata.empty());
  REQUIRE(read.entries.size() == 1);
  CHECK(torch::equal(read.entries[0].tensor, torch::zeros(2)));
}

TEST_CASE("A file that breaks off anywhere is refused", "[safetensors]") {
  const std::string whole = to_bytes(TensorFile{{{"text", "d"}}, {{"t", torch::randn({4})}}});
  for (std::size_t length = 0; length < whole.size(); ++length) reason(whole.substr(0, length));
  CHECK_THAT(reason(whole + "x"), ContainsSubstring("expected 16 bytes of values in all"));
}

TEST_CASE("Lengths are checked before anything is made of them", "[safetensors]") {
  CHECK_THAT(reason(std::string(8, '\xff') + "{}"), ContainsSubstring("header of at most"));
  CHECK_NOTHROW(parse_safetensors(file_of(R"({"dtype":"F32","shape":[2],"data_offsets":[0,8]})")));
  CHECK_NOTHROW(parse_safetensors(file_of(R"({"dtype":"I64","shape":[],"data_offsets":[0,8]})")));
  for (const char* shape : {"[3]", "[1]", "[0]", "[-2]", "[2.0]", "[\"2\"]", "2", "null", "[[2]]",
                            "[]", "[9223372036854775807]", "[18446744073709551615]",
                            "[4294967296,4294967296]", "[9223372036854775807,2]"})
    CHECK_FALSE(reason(file_of(R"({"dtype":"F32","data_offsets":[0,8],"shape":)" +
                               std::string(shape) + "}"))
                    .empty());
  for (const char* offsets : {"[1,8]", "[0,9]", "[0,4]", "[8,0]", "[0]", "[-1,7]", "8",
                              "[0,18446744073709551615]", "[0.0,8.0]", "null"})
    CHECK_FALSE(reason(file_of(R"({"dtype":"F32","shape":[2],"data_offsets":)" +
                               std::string(offsets) + "}"))
                    .empty());
}

TEST_CASE("Entries of any other form are refused", "[safetensors]") {
  for (const char* entry : {"1", "[]", "{}", R"({"dtype":"F32","shape":[2]})",
                            R"({"dtype":"F16","shape":[4],"data_offsets":[0,8]})",
                            R"({"dtype":1,"shape":[2],"data_offsets":[0,8]})"})
    CHECK_FALSE(reason(file_of(entry)).empty());
  for (const char* header : {"", "{", "[]", R"({"__metadata__":{"text":1}})", "{\"\xff\":1}"})
    CHECK_FALSE(reason(file_with(header, "")).empty());
  for (const std::string name : {"", "a\\nb", "a b", "\\u001b[2J", "\\u00e4"})
    CHECK_THAT(reason(file_with(R"({"__metadata__":{},")" + name +
                                    R"(":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
                                "x")),
               ContainsSubstring("name is not printable"));
  std::string deep;
  for (int i = 0; i < 500'000; ++i) deep += '[';
  CHECK_FALSE(reason(file_with(deep, "")).empty());
  // Entries that overlap could ask for far more memory than the file has bytes.
  const std::string t = R"(":{"dtype":"U8","shape":[1],"data_offsets":[0,1]})";
  CHECK_THAT(reason(file_with(R"({"__metadata__":{},"t)" + t + R"(,"u)" + t + "}", "x")),
             ContainsSubstring("expected its values to begin at byte 1"));
}

}  // namespace
}  // namespace numeral
