#include "train/publish/publish.h"

#include <fmt/chrono.h>
#include <signal.h>  // kill is POSIX, not C++
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <ctime>
#include <numeric>
#include <utility>

#include <torch_onnx/export.h>
#include "native/files.h"
#include "native/model_files.h"
#include "train/evaluation/rejection.h"
#include "train/network/network.h"
#include "train/publish/describe_run.h"
#include "train/publish/ort_format.h"
#include "train/publish/temperature_scaling.h"
#include "train/publish/weight_rounding.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kParityPictures = 1000;
constexpr double kParityTolerance = 1e-5;

/// The share of the validation pictures that the recogniser shall stand by.
constexpr double kAcceptedShare = 0.99;

constexpr std::size_t kMaxModelSize = std::size_t(1) << 30;

constexpr const char* kStaging = ".partial-";
constexpr const char* kProbe = ".probe-";

/// A folder for files that are not complete yet; it goes when this does.
class StagingFolder {
 public:
  static Result<StagingFolder> create(const fs::path& inside, std::string name) {
    StagingFolder folder(inside / (kStaging + std::to_string(getpid())), std::move(name));
    std::error_code error;
    fs::create_directories(folder.path_, error);
    if (error)
      return fail(folder.path_.string() + ": the folder cannot be made: " + error.message());
    return folder;
  }
  ~StagingFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  StagingFolder(StagingFolder&& other) noexcept
      : path_(std::exchange(other.path_, {})), name_(std::move(other.name_)) {}
  StagingFolder& operator=(StagingFolder&&) = delete;

  const fs::path& path() const { return path_; }
  fs::path file(const std::string& ending) const { return path_ / (name_ + ending); }

 private:
  StagingFolder(fs::path path, std::string name) : path_(std::move(path)), name_(std::move(name)) {}

  fs::path path_;
  std::string name_;
};

/// Whether `name` begins with `start` and the number of a process that is no more.
bool is_left_behind(const std::string& name, std::string_view start) {
  pid_t process = 0;
  if (!name.starts_with(start)) return false;
  std::from_chars(name.data() + start.size(), name.data() + name.size(), process);
  return process > 0 && kill(process, 0) != 0 && errno == ESRCH;
}

/// Removes what a killed run left of files that it was just writing.
void remove_leftovers(const fs::path& folder) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (is_left_behind(name, kStaging) || is_left_behind(name, kProbe))
      fs::remove_all(entry.path(), ignored);
  }
}

torch::Tensor probabilities_of(torch::nn::Sequential& model, const torch::Tensor& images) {
  const torch::NoGradGuard no_grad;
  model->eval();
  return model->forward(images);
}

/// Compares the exported model with libtorch's own answers.
Result<double> check_parity(const fs::path& onnx, const torch::Tensor& images,
                            const torch::Tensor& expected) {
  const Result<torch::Tensor> answers = run_model(onnx, images);
  if (!answers) return tl::unexpected(answers.error());
  const auto difference = (*answers - expected).abs().max().item<double>();
  if (!(difference <= kParityTolerance))
    return fail(
        fmt::format("the exported model differs from libtorch by {:.2g} in a probability; "
                    "at most {:.0g} is right. Nothing was published",
                    difference, kParityTolerance));
  return difference;
}

/// Writes the model as ONNX, compares that with libtorch's `expected` answers to `images`, and
/// gives back the largest difference. Then writes it once more, rounded as it is published, and in
/// ONNX Runtime's format too.
Result<double> write_model(onnx::ModelProto model, double weight_steps,
                           const StagingFolder& staging, const torch::Tensor& images,
                           const torch::Tensor& expected) {
  if (auto saved = save_onnx(model, staging.file(".onnx")); !saved)
    return tl::unexpected(saved.error());
  const Result<double> parity = check_parity(staging.file(".onnx"), images, expected);
  if (!parity) return parity;
  round_weights(model, weight_steps);
  if (auto saved = save_onnx(model, staging.file(".onnx")); !saved)
    return tl::unexpected(saved.error());
  if (auto done = convert_to_ort(staging.file(".onnx"), staging.file(".ort")); !done)
    return tl::unexpected(done.error());
  return parity;
}

/// The confidence that all but the least sure 1 % of the answers reach.
double accept_threshold(const torch::Tensor& probabilities) {
  return torch::quantile(probabilities.amax(1), 1 - kAcceptedShare).item<double>();
}

/// The share of the answers that are the label's.
double share_right(const torch::Tensor& probabilities, const torch::Tensor& labels) {
  return probabilities.argmax(1).eq(labels).to(torch::kFloat64).mean().item<double>();
}

/// The logits, float32 [n, outputs].
torch::Tensor logits_of(torch::nn::Sequential network, const Examples& examples) {
  return probabilities_of(network, examples.images);
}

/// What the calibration on the test set would be without a temperature.
Result<double> error_without_temperature(const FinishedRun& run) {
  std::vector<std::size_t> all(run.test.count());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const auto examples = preprocess_examples(run.test, all, run.options.train.input_mode);
  if (!examples) return tl::unexpected(examples.error());
  const auto [confidences, answers] =
      class_probabilities(logits_of(run.network, *examples), run.options.train.classes).max(1);
  const torch::Tensor right = answers.eq(examples->labels);
  std::vector<double> confidence;
  std::vector<bool> correct;
  for (std::int64_t i = 0; i < examples->count(); ++i) {
    confidence.push_back(confidences[i].item<double>());
    correct.push_back(right[i].item<bool>());
  }
  return expected_calibration_error(confidence, correct);
}

/// What the report tells beside the figures that every model has.
Result<ReportExtras> report_extras(const FinishedRun& run, Recognizer& recognizer) {
  ReportExtras extras;
  const Result<double> before = error_without_temperature(run);
  if (!before) return tl::unexpected(before.error());
  extras.temperature_scaling = TemperatureScaling{recognizer.card().temperature, *before};
  if (run.options.train.negatives > 0) {
    auto rows = rejection_rates(recognizer, run.training, run.split.validation);
    if (!rows) return tl::unexpected(rows.error());
    extras.rejection_rates = std::move(*rows);
  }
  return extras;
}

nlohmann::json training_description(const FinishedRun& run) {
  const Options& options = run.options;
  return {{"program", "numeral-train"},
          {"framework", std::string("libtorch ") + TORCH_VERSION},
          {"parameters", parameter_count(*run.network)},
          {"weight_steps", options.publish.weight_steps},
          {"width", options.train.width},
          {"epochs", options.train.epochs},
          {"batch_size", options.train.batch_size},
          {"optimizer", "AdamW"},
          {"schedule", "one cycle"},
          {"learning_rate", options.train.learning_rate},
          {"weight_decay", options.train.weight_decay},
          {"label_smoothing", options.train.label_smoothing},
          {"robustness", options.train.gce_q},
          {"average_decay", options.train.ema_decay},
          {"augmentation", name_of(options.train.augmentation)},
          {"negatives", options.train.negatives},
          {"seed", options.train.seed},
          {"threads", options.train.threads},
          {"devices", options.publish.devices},
          {"nodes", options.train.cluster.nodes}};
}

nlohmann::json data_description(const FinishedRun& run) {
  return {
      {"name", run.options.publish.data_name},
      {"train", run.split.train.size()},
      {"validation", run.split.validation.size()},
      {"test", run.test.count()},
      {"selection", "the last epoch within one standard error of the highest validation accuracy"}};
}

nlohmann::json metrics_description(const EpochResult& best, double parity, double rounded_accuracy,
                                   const TestEvaluation& reading) {
  const Evaluation& test = reading.evaluation;
  return {{"best_epoch", best.epoch},
          {"validation_accuracy", best.validation_accuracy},
          {"validation_accuracy_rounded", rounded_accuracy},
          {"validation_loss", best.validation_loss},
          {"test_accuracy", test.accuracy()},
          {"test_correct", test.correct},
          {"test_total", test.total},
          {"test_confusion", test.confusion},
          {"test_calibration_error", expected_calibration_error(reading.calibration)},
          {"largest_difference_from_libtorch", parity}};
}

Result<std::string> sha256_of(const fs::path& path) {
  const auto bytes = read_file(path, kMaxModelSize);
  if (!bytes) return tl::unexpected(bytes.error());
  return sha256_hex(*bytes);
}

/// The card without its metrics, which the model itself has yet to bring.
Result<ModelCard> describe(const FinishedRun& run, const StagingFolder& staging) {
  const auto onnx_sha256 = sha256_of(staging.file(".onnx"));
  if (!onnx_sha256) return tl::unexpected(onnx_sha256.error());
  const auto ort_sha256 = sha256_of(staging.file(".ort"));
  if (!ort_sha256) return tl::unexpected(ort_sha256.error());
  const auto operators = operators_of_optimized(staging.file(".onnx"));
  if (!operators) return tl::unexpected(operators.error());

  ModelCard card;
  card.name = run.options.publish.name;
  card.date = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  card.input_mode = run.options.train.input_mode;
  card.labels = run.options.publish.labels;
  card.onnx_sha256 = *onnx_sha256;
  card.ort_sha256 = *ort_sha256;
  card.operators = *operators;
  card.training = training_description(run);
  card.data = data_description(run);
  card.metrics = nlohmann::json::object();
  return card;
}

Result<void> write_card(const StagingFolder& staging, const ModelCard& card) {
  return write_file_atomically(staging.file(".json"), to_json(card));
}

/// Moves the files to where they are published, once all of them are on the disk. The card goes
/// last: it names the others' sums, so that a mixture of old and new files is told as such.
Result<void> move_files(const StagingFolder& staging, const fs::path& folder) {
  const std::array files = {staging.path() / kReportName, staging.path() / kMetricsName,
                            staging.file(".onnx"), staging.file(".ort"), staging.file(".json")};
  const auto cannot = [&](const fs::path& file, const std::string& reason) {
    return fail((folder / file.filename()).string() + ": cannot be written: " + reason);
  };
  for (const fs::path& file : files)
    if (auto done = fsync_path(file); !done) return cannot(file, done.error().message);
  for (const fs::path& file : files) {
    std::error_code error;
    fs::rename(file, folder / file.filename(), error);
    if (error) return cannot(file, error.message());
  }
  // The files are there; that some disks cannot say so is no reason to fail.
  static_cast<void>(fsync_path(folder));
  return {};
}

}  // namespace

Result<void> prepare_output_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    return fail("--out " + folder.string() + ": the folder cannot be made: " + error.message());
  remove_leftovers(folder);
  const fs::path probe = folder / (kProbe + std::to_string(getpid()));
  if (!write_file_atomically(probe, "x"))
    return fail("--out " + folder.string() +
                ": nothing can be written there; choose another folder");
  fs::remove(probe, error);
  return {};
}

Result<void> publish(const FinishedRun& run) {
  const fs::path& folder = run.options.publish.out;
  const Result<StagingFolder> made = StagingFolder::create(folder, run.options.publish.name);
  if (!made) return tl::unexpected(made.error());
  const StagingFolder& staging = *made;
  const int classes = run.options.train.classes;
  const double temperature =
      fit_temperature(logits_of(run.network, run.validation), run.validation.labels, classes);
  torch::nn::Sequential model = inference_network(run.network, classes, temperature);
  const torch::Tensor images = run.validation.images.slice(0, 0, kParityPictures);

  const auto exported = export_onnx(model, images.slice(0, 0, 2), {});
  if (!exported) return tl::unexpected(exported.error());
  const Result<double> parity = write_model(*exported, run.options.publish.weight_steps, staging,
                                            images, probabilities_of(model, images));
  if (!parity) return tl::unexpected(parity.error());
  const Result<torch::Tensor> answers = run_model(staging.file(".ort"), run.validation.images);
  if (!answers) return tl::unexpected(answers.error());

  Result<ModelCard> card = describe(run, staging);
  if (!card) return tl::unexpected(card.error());
  card->temperature = temperature;
  card->accept_threshold = accept_threshold(*answers);
  if (auto written = write_card(staging, *card); !written) return written;

  // What is measured is what is published: the files, through the recogniser.
  Result<Recognizer> recognizer = load_recognizer(staging.file(".ort"));
  if (!recognizer) return tl::unexpected(recognizer.error());
  const Result<TestEvaluation> reading = evaluate_test_set(*recognizer, run.test);
  if (!reading) return tl::unexpected(reading.error());
  const Evaluation& test = reading->evaluation;
  card->metrics = metrics_description(best_epoch(run.epochs, run.validation.count()), *parity,
                                      share_right(*answers, run.validation.labels), *reading);
  if (auto written = write_card(staging, *card); !written) return written;

  const Result<ReportExtras> extras = report_extras(run, *recognizer);
  if (!extras) return tl::unexpected(extras.error());
  const Result<RunResults> figures = collect_results(run, *recognizer, *reading, *extras);
  if (!figures) return tl::unexpected(figures.error());
  if (auto written = write_report(staging.path(), *figures); !written) return written;

  if (auto moved = move_files(staging, folder); !moved) return moved;
  spdlog::info("test accuracy {:.2f} % ({} of {}); wrote {}", 100 * test.accuracy(), test.correct,
               test.total, (folder / run.options.publish.name).string() + ".{onnx,ort,json}");
  spdlog::info("the report: {}", (folder / kReportName).string());
  return {};
}

}  // namespace numeral
