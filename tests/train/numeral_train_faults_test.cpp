// What may go wrong around a run of numeral-train: its folders, its data, its disk, its clock.

// torch first: it defines a CHECK of its own, which Catch's replaces.
#include <torch/torch.h>
//
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <fstream>
#include <map>
#include <regex>

#include "native/model_files.h"
#include "support/checkpoint.h"
#include "support/process.h"
#include "support/small_disk.h"
#include "support/training_run.h"
#include "train/training/run_checkpoint.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;
using test::content_of;
using test::Process;
using test::small_run;
using test::SmallDisk;
using test::TemporaryFolder;
using test::write_dataset;

using Words = std::vector<std::string>;

Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// Data for small runs.
struct Data {
  TemporaryFolder folder;

  Data() {
    write_dataset(folder, "train", 300);
    write_dataset(folder, "t10k", 20);
  }
};

/// The files in a folder, without those in folders of it, with what they hold.
std::map<std::string, std::string> files_in(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (entry.is_regular_file()) files[entry.path().filename()] = content_of(entry.path());
  return files;
}

/// The last line that a program has written.
std::string last_line(const std::string& text) {
  REQUIRE(text.ends_with('\n'));
  const std::size_t before = text.rfind('\n', text.size() - 2);
  return text.substr(before + 1, text.size() - before - 2);
}

bool same_weights(const fs::path& a, const fs::path& b) {
  return test::same_weights(load_checkpoint(a).run.best, load_checkpoint(b).run.best);
}

TEST_CASE("An output folder that goes while the run is under way is made anew",
          "[numeral-train][faults]") {
  const Data data;
  const TemporaryFolder place;
  const fs::path out = place.path() / "out";
  Process process("numeral-train",
                  small_run(data.folder, out, 12) + Words{"--checkpoint-minutes", "0"});
  REQUIRE(process.wait_for("epoch 3/"));
  fs::rename(out, place.path() / "gone");
  const int status = process.wait();
  INFO(process.errors());
  CHECK(status == 0);
  CHECK(load_recognizer(out / "digits.ort"));
  CHECK(load_checkpoint(out).run.epoch == 13);
}

TEST_CASE("An output folder that cannot be made anew is told in one line",
          "[numeral-train][faults]") {
  const Data data;
  const TemporaryFolder place;
  const fs::path out = place.path() / "out";
  Process process("numeral-train", small_run(data.folder, out, 6));
  REQUIRE(process.wait_for("epoch 2/"));
  fs::rename(out, place.path() / "gone");
  place.write("out", "in the way");
  const int status = process.wait();
  INFO(process.errors());
  CHECK(status == 1);
  CHECK_THAT(process.errors(), ContainsSubstring("training goes on, not saved yet"));
  const std::string last = last_line(process.errors());
  CHECK_THAT(last, ContainsSubstring(out.string()));
  CHECK_THAT(last, ContainsSubstring("the folder cannot be made: "));
  CHECK_THAT(last, ContainsSubstring("could not be saved either"));
  CHECK(content_of(out) == "in the way");
}

TEST_CASE("Data that changes while the run is under way changes nothing in it",
          "[numeral-train][faults]") {
  const Data data;
  const TemporaryFolder alone, disturbed;
  Process whole("numeral-train", small_run(data.folder, alone.path(), 6));
  REQUIRE(whole.wait() == 0);

  const fs::path pictures = data.folder.path() / "train-images-idx3-ubyte";
  const fs::path test_labels = data.folder.path() / "t10k-labels-idx1-ubyte";
  const auto arguments = small_run(data.folder, disturbed.path(), 6);
  Process process("numeral-train", arguments);
  REQUIRE(process.wait_for("epoch 2/"));
  const std::string before = content_of(pictures);
  fs::resize_file(pictures, 1000);
  fs::remove(test_labels);
  const int status = process.wait();
  INFO(process.errors());
  CHECK(status == 0);
  CHECK(same_weights(alone.path(), disturbed.path()));
  CHECK(load_recognizer(disturbed.path() / "digits.ort"));

  // Resuming with it is refused.
  const auto refusal = [&] {
    Process again("numeral-train", arguments + Words{"--resume", disturbed.path().string()});
    CHECK(again.wait() == 1);
    return last_line(again.errors());
  };
  CHECK_THAT(refusal(), ContainsSubstring(pictures.string() + ": expected "));
  std::string changed = before;
  changed.back() = static_cast<char>(changed.back() ^ 1);
  data.folder.write(pictures.filename(), changed);
  CHECK_THAT(refusal(), ContainsSubstring("t10k-labels-idx1-ubyte"));
  write_dataset(data.folder, "t10k", 20);
  CHECK_THAT(refusal(), ContainsSubstring("SHA-256 of the pictures: expected"));
  write_dataset(data.folder, "train", 300);
  std::string labels = content_of(data.folder.path() / "train-labels-idx1-ubyte");
  labels.back() = labels.back() == 3 ? 4 : 3;
  data.folder.write("train-labels-idx1-ubyte", labels);
  CHECK_THAT(refusal(), ContainsSubstring("SHA-256 of the labels: expected"));
}

TEST_CASE("What cannot be resumed from is told in one line", "[numeral-train][faults]") {
  const Data data;
  const TemporaryFolder out, place;
  const auto refusal = [&](const fs::path& resume) {
    Process process("numeral-train",
                    small_run(data.folder, out.path(), 2) + Words{"--resume", resume.string()});
    CHECK(process.wait() == 1);
    return last_line(process.errors());
  };
  CHECK_THAT(refusal("/none"), ContainsSubstring("--resume: /none: cannot be read: No such file"));
  CHECK_THAT(refusal(place.path()), ContainsSubstring("latest.safetensors: cannot be read"));
  CHECK_THAT(refusal(place.write("old", "numeral checkpoint 1\n" + std::string(1000, 'x'))),
             ContainsSubstring("another version of numeral-train; train anew"));
  CHECK_THAT(refusal(place.write("text", "something")),
             ContainsSubstring("expected a checkpoint of numeral-train"));
}

/// Two finished runs: one that was published, and one whose model is to take its place.
struct Publications {
  Data data;
  TemporaryFolder old_run, new_run;

  Publications() {
    for (const bool first : {true, false}) {
      Process process("numeral-train", arguments(first ? old_run.path() : new_run.path(), first));
      REQUIRE(process.wait() == 0);
    }
    REQUIRE(content_of(old_run.path() / "digits.ort") != content_of(new_run.path() / "digits.ort"));
  }

  Words arguments(const fs::path& out, bool old_one) const {
    return small_run(data.folder, out, 1) + Words{"--seed", old_one ? "1" : "2"};
  }

  /// What publishes the new model in `out`: nothing is left to be trained.
  Words publish_in(const fs::path& out) const {
    return arguments(out, false) + Words{"--resume", new_run.path().string()};
  }

  /// The old run's model, in a folder of its own.
  void copy_old_to(const fs::path& out) const {
    for (const auto& [name, content] : files_in(old_run.path()))
      std::ofstream(out / name, std::ios::binary) << content;
  }
};

bool is_clean(const fs::path& folder) {
  return std::none_of(fs::directory_iterator(folder), {}, [](const fs::directory_entry& entry) {
    return entry.path().filename().string().starts_with(".");
  });
}

TEST_CASE(
    "Killed at any file of its publication, a model is the old one, told as a mixture, or the "
    "new one",
    "[numeral-train][faults][kill]") {
  const Publications models;
  const fs::path preload = fs::read_symlink("/proc/self/exe").parent_path() / "kill_at_rename.so";
  const auto old_files = files_in(models.old_run.path());
  const auto new_files = files_in(models.new_run.path());
  for (const char* name : {"report.html", "metrics.jsonl", "digits.onnx", "digits.ort",
                           "digits.safetensors", "digits-samples.json", "digits.json"}) {
    const TemporaryFolder out;
    models.copy_old_to(out.path());
    Process killed(
        "numeral-train", models.publish_in(out.path()),
        {"env", "ASAN_OPTIONS=verify_asan_link_order=0", "LD_PRELOAD=" + preload.string(),
         "NUMERAL_KILL_AT=" + (out.path() / name).string()});
    const int status = killed.wait();
    INFO("killed at " << name << ": " << killed.errors());
    REQUIRE(status == 128 + SIGKILL);
    CHECK_FALSE(is_clean(out.path()));

    // Each file is one of the two, and a card never vouches for another's model.
    const auto files = files_in(out.path());
    CHECK(files.at("digits.json") == old_files.at("digits.json"));
    for (const std::string model : {"digits.onnx", "digits.ort"}) {
      const bool is_old = files.at(model) == old_files.at(model);
      CHECK((is_old || files.at(model) == new_files.at(model)));
      const auto recognizer = load_recognizer(out.path() / model);
      CHECK(recognizer.has_value() == is_old);
      if (!recognizer) CHECK_THAT(recognizer.error().message, ContainsSubstring("SHA-256"));
    }

    Process again("numeral-train", models.publish_in(out.path()));
    REQUIRE(again.wait() == 0);
    CHECK(is_clean(out.path()));
    for (const std::string model : {"digits.onnx", "digits.ort"}) {
      CHECK(load_recognizer(out.path() / model));
      CHECK(content_of(out.path() / model) == new_files.at(model));
    }
  }
}

TEST_CASE("Without room for all of it, nothing of a model is published",
          "[numeral-train][faults]") {
  const Publications models;
  const auto old_files = files_in(models.old_run.path());
  const auto refused = [&](Process& process, const fs::path& out) {
    CHECK(process.wait() == 1);
    INFO(process.errors());
    CHECK_THAT(last_line(process.errors()), ContainsSubstring("which this publishes them: "));
    CHECK(files_in(out) == old_files);
    CHECK(is_clean(out));
    CHECK(load_recognizer(out / "digits.ort"));
  };
  SECTION("Files may not be as large as they are to be") {
    const std::size_t onnx = old_files.at("digits.onnx").size();
    REQUIRE(onnx < old_files.at("digits.ort").size());
    for (const std::size_t limit : {std::size_t{20000}, onnx - 1, onnx}) {
      const TemporaryFolder out;
      models.copy_old_to(out.path());
      Process process("numeral-train", models.publish_in(out.path()),
                      {"prlimit", "--fsize=" + std::to_string(limit)});
      INFO("files of up to " << limit << " bytes");
      refused(process, out.path());
    }
  }
  SECTION("The disk is full") {
    constexpr std::size_t kPage = 4096;  // the disk counts whole ones
    std::size_t all = 0;
    for (const auto& [name, content] : old_files) all += content.size() + kPage;
    const std::size_t model = old_files.at("digits.ort").size();
    for (const std::size_t room : {model / 2, model * 3 / 2, 2 * model + 6000}) {
      const TemporaryFolder out;
      const SmallDisk disk(out.path(), std::to_string(all + room));
      if (!disk.is_mounted()) SKIP("a disk cannot be mounted here, which takes root");
      models.copy_old_to(out.path());
      Process process("numeral-train", models.publish_in(out.path()));
      INFO("room for " << room << " bytes");
      refused(process, out.path());
    }
  }
}

/// libfaketime, if it is installed: a clock that can be set while a program runs.
fs::path faketime_library() {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator("/usr/lib", error)) {
    const fs::path library = entry.path() / "faketime" / "libfaketimeMT.so.1";
    if (fs::exists(library, error)) return library;
  }
  return {};
}

/// What goes before a program whose clock is as `clock` says: "+3650d" is ten years on.
Words with_clock(const fs::path& clock, bool monotonic_too) {
  return {"env",
          "ASAN_OPTIONS=verify_asan_link_order=0",
          "LD_PRELOAD=" + faketime_library().string(),
          "FAKETIME_TIMESTAMP_FILE=" + clock.string(),
          "FAKETIME_NO_CACHE=1",
          std::string("FAKETIME_DONT_FAKE_MONOTONIC=") + (monotonic_too ? "0" : "1")};
}

TEST_CASE("A clock that jumps by years changes nothing but the date",
          "[numeral-train][faults][clock]") {
  if (faketime_library().empty()) SKIP("libfaketime is not installed");
  const Data data;
  const TemporaryFolder alone, place;
  Process whole("numeral-train", small_run(data.folder, alone.path(), 8));
  REQUIRE(whole.wait() == 0);
  const fs::path clock = place.write("clock", "+0");
  for (const bool monotonic_too : {false, true}) {
    const TemporaryFolder out;
    Process process("numeral-train",
                    small_run(data.folder, out.path(), 8) + Words{"--checkpoint-minutes", "0"},
                    with_clock(clock, monotonic_too));
    const std::vector<std::string> times = {"+3650d", "-3650d", "+0", "-3650d", "+3650d"};
    for (std::size_t i = 0; i < times.size(); ++i) {
      REQUIRE(process.wait_for("epoch " + std::to_string(i + 2) + "/"));
      place.write("clock.new", times[i]);
      fs::rename(place.path() / "clock.new", clock);
    }
    const int status = process.wait();
    INFO(process.errors());
    REQUIRE(status == 0);
    CHECK(same_weights(alone.path(), out.path()));
    const auto recognizer = load_recognizer(out.path() / "digits.ort");
    REQUIRE(recognizer);
    CHECK(std::regex_match(recognizer->card().date,
                           std::regex(R"(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ)")));
    CHECK_FALSE(std::regex_search(process.errors(), std::regex(R"(nan|inf\b|-\d+ (images|s\b))")));
    CHECK(load_checkpoint(out.path()).run.epochs.size() == 8);
  }
}

}  // namespace
}  // namespace numeral
