#include "options.h"

#include <CLI/CLI.hpp>
#include <thread>

namespace numeral {
namespace {

/// The device that a --devices text names.
torch::Device device_of(const std::string& text) {
  if (text == "auto") return torch::cuda::is_available() ? torch::kCUDA : torch::kCPU;
  const torch::Device device(text);
  if (device.is_cuda() && !torch::cuda::is_available())
    throw CLI::ValidationError("--devices",
                               "this libtorch finds no CUDA device for '" + text + "'");
  return device;
}

/// What a file given by --experiments holds.
std::vector<Experiment> experiments_of(const std::string& file) {
  Result<std::vector<Experiment>> experiments = read_experiments(file);
  if (!experiments) throw CLI::ValidationError("--experiments", experiments.error().message);
  return std::move(*experiments);
}

/// CLI11 calls it for --devices; an empty answer means that the text is fine.
std::string check_devices(const std::string& text) {
  const bool known = text == "auto" || text == "cpu" ||
                     (text.starts_with("cuda:") && text.size() > 5 &&
                      text.find_first_not_of("0123456789", 5) == std::string::npos);
  return known ? "" : "expected cpu, cuda:N or auto, found '" + text + "'";
}

}  // namespace

std::variant<Options, int> parse_options(int argc, char** argv) {
  Options options;
  TrainSettings& train = options.train;
  std::string devices = "cpu";
  bool no_augment = false;
  std::string experiments;

  CLI::App app(
      "Trains a convolutional network on MNIST (or data of the same form) and writes it to the "
      "output folder as digits.onnx, digits.ort and the model card digits.json.",
      "numeral-train");
  // The last of several wins, so that options given to a script go over the script's own.
  app.option_defaults()->always_capture_default()->multi_option_policy(
      CLI::MultiOptionPolicy::TakeLast);
  app.add_option("--data", options.data, "folder with the four IDX files, gzipped or not")
      ->type_name("DIR")
      ->required();
  app.add_option("--out", options.out, "folder for the model; made if it is not there")
      ->type_name("DIR");
  app.add_option("--epochs", train.epochs, "passes over the training pictures")
      ->check(CLI::Range(1, 10000));
  app.add_option("--batch-size", train.batch_size, "pictures a step")->check(CLI::Range(2, 8192));
  app.add_option("--learning-rate", train.learning_rate, "the highest learning rate of the run")
      ->check(CLI::Range(1e-6, 1.0));
  app.add_option("--weight-decay", train.weight_decay, "AdamW's")->check(CLI::Range(0.0, 1.0));
  app.add_option("--label-smoothing", train.label_smoothing,
                 "the share of a label that is spread over all classes")
      ->check(CLI::Range(0.0, 0.5));
  app.add_option("--validation", options.validation,
                 "training pictures set aside to choose the best epoch")
      ->check(CLI::Range(1, 1000000));
  app.add_option("--seed", train.seed, "of the split, the first weights and the augmentation");
  app.add_flag("--no-augment", no_augment, "train on the pictures as they are");
  app.add_option("--threads", options.threads, "processor threads; 0: all")
      ->check(CLI::Range(0, 1024));
  app.add_option("--devices", devices, "cpu, cuda:N, or auto: a GPU if there is one")
      ->check(check_devices);
  app.add_option(
         "--experiments", experiments,
         "JSON file with the results of earlier runs, which the report then shows; its form "
         "is in train/experiments.h")
      ->type_name("FILE");
  try {
    app.parse(argc, argv);
    train.device = device_of(devices);
    if (!experiments.empty()) options.experiments = experiments_of(experiments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  train.augment = !no_augment;
  if (options.threads == 0) options.threads = static_cast<int>(std::thread::hardware_concurrency());
  return options;
}

}  // namespace numeral
