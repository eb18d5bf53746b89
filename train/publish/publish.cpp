#include "train/publish/publish.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <torch_onnx/export.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "native/files.h"
#include "native/model_files.h"
#include "native/test_samples.h"
#include "train/base/or_throw.h"
#include "train/publish/calibration_set.h"
#include "train/publish/describe_run.h"
#include "train/publish/inference_network.h"
#include "train/publish/ort_format.h"
#include "train/publish/staging_folder.h"
#include "train/publish/temperature_scaling.h"
#include "train/publish/weight_rounding.h"
#include "train/training/pretrained.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;

using Bytes = std::vector<std::uint8_t>;

constexpr std::int64_t kMaxComparedPictures = 1000;
constexpr double kMaxDifference = 1e-5;

/// The accept threshold is the confidence that this share of the calibration set reaches.
constexpr double kAcceptedShare = 0.98;

constexpr std::size_t kMaxModelSize = std::size_t(1) << 30;

/// The files of a model that is not published yet.
struct ModelFiles {
  fs::path onnx, ort, weights, card, samples;

  ModelFiles(const fs::path& folder, const std::string& name)
      : onnx(folder / (name + ".onnx")),
        ort(folder / (name + ".ort")),
        weights(folder / (name + ".safetensors")),
        card(folder / (name + ".json")),
        samples(folder / (name + "-samples.json")) {}
};

torch::Tensor forward(torch::nn::Sequential network, const torch::Tensor& images) {
  const torch::NoGradGuard no_grad;
  network->eval();
  return network->forward(images);
}

onnx::ModelProto export_network(const torch::nn::Sequential& network, const torch::Tensor& images) {
  torch_onnx::ExportOptions options;
  options.input_names = {kInputName};
  options.output_names = {kOutputName};
  options.producer_name = "numeral-train";
  return torch_onnx::export_model(network, images.slice(0, 0, 2), options);
}

/// Returns by how much a probability of the exported model differs from libtorch's at most. Throws
/// if that is too much.
double verify(const onnx::ModelProto& model, const torch::nn::Sequential& network,
              const torch::Tensor& images) {
  const torch::Tensor compared = images.slice(0, 0, kMaxComparedPictures);
  const std::string text = model.SerializeAsString();
  const torch::Tensor answers = run_model(Bytes(text.begin(), text.end()), compared);
  const auto difference = (answers - forward(network, compared)).abs().max().item<double>();
  if (!(difference <= kMaxDifference))
    throw std::runtime_error(
        fmt::format("the exported model differs from libtorch by {:.2g} in a probability; "
                    "at most {:.0g} is right. Nothing was published",
                    difference, kMaxDifference));
  return difference;
}

/// Writes the model with rounded weights, as ONNX and in ORT format.
void convert(onnx::ModelProto model, double weight_steps, const ModelFiles& files) {
  round_weights(model, weight_steps);
  torch_onnx::save_model(model, files.onnx);
  convert_to_ort(files.onnx, files.ort);
}

Bytes read_model(const fs::path& path) { return or_throw(read_file(path, kMaxModelSize)); }

double accuracy(const torch::Tensor& probabilities, const torch::Tensor& labels) {
  return probabilities.argmax(1).eq(labels).to(torch::kFloat64).mean().item<double>();
}

/// Measures the converted model, as users will run it, and writes its card, its report and the
/// samples of the test set. Returns its score on that.
Evaluation evaluate_model(const FinishedRun& run, const PublishSettings& settings,
                          const Examples& calibration, double temperature, double difference,
                          const ModelFiles& files) {
  const Bytes ort = read_model(files.ort);
  const torch::Tensor answers = run_model(ort, calibration.images);
  const torch::Tensor validation_answers = answers.narrow(0, 0, run.validation.count());
  ModelCardFile file = describe_run(run, settings);
  ModelCard& card = file.card;
  card.onnx_sha256 = sha256_hex(read_model(files.onnx));
  card.ort_sha256 = sha256_hex(ort);
  card.operators = ort_operators(ort);
  card.temperature = temperature;
  card.accept_threshold = torch::quantile(answers.amax(1), 1 - kAcceptedShare).item<double>();

  Recognizer recognizer = or_throw(Recognizer::create(card, std::as_bytes(std::span(ort))));
  const TestEvaluation test = or_throw(evaluate_test_set(recognizer, run.test));
  file.metrics = describe_metrics(
      run, {difference, accuracy(validation_answers, run.validation.labels)}, test);
  or_throw(write_file_atomically(files.card, to_json(file)));
  std::vector<std::size_t> misread;
  for (const Misclassified& each : test.misclassified) misread.push_back(each.index);
  or_throw(write_file_atomically(files.samples, test_samples(run.test, misread, card.labels)));
  write_report(files.card.parent_path(), collect_results(run, file, recognizer, test));
  // As every user's program will load them, with all checks.
  or_throw(load_recognizer(files.ort));
  return test.evaluation;
}

/// The card comes last: its checksums tell a mixture of old and new files.
void install(const StagingFolder& staging, const ModelFiles& files) {
  staging.install({kReportName, kMetricsName, files.onnx.filename(), files.ort.filename(),
                   files.weights.filename(), files.samples.filename(), files.card.filename()});
}

}  // namespace

void publish(const FinishedRun& run, const PublishSettings& settings) {
  const StagingFolder staging(settings.out);
  const ModelFiles files(staging.path(), settings.name);
  const int classes = run.settings.classes;
  const torch::Tensor& images = run.validation.images;
  const Examples calibration = calibration_set(run);
  const double temperature =
      fit_temperature(forward(run.network, calibration.images), calibration.labels, classes);
  const torch::nn::Sequential network = inference_network(run.network, classes, temperature);

  const onnx::ModelProto model = export_network(network, images);
  const double difference = verify(model, network, images);
  convert(model, settings.weight_steps, files);
  or_throw(write_file_atomically(files.weights, weights_file(*run.network)));
  const Evaluation test =
      evaluate_model(run, settings, calibration, temperature, difference, files);
  install(staging, files);

  spdlog::info("test accuracy {:.2f} % ({} of {}); wrote {}", 100 * test.accuracy(), test.correct,
               test.total, (settings.out / settings.name).string() + ".{onnx,ort,json}");
  spdlog::info("the report: {}", (settings.out / kReportName).string());
}

}  // namespace numeral
