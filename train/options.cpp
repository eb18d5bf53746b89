#include "options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <thread>

#include "utf8.h"

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

/// CLI11 calls it for --devices; an empty answer means that the text is fine.
std::string check_devices(const std::string& text) {
  const bool known = text == "auto" || text == "cpu" ||
                     (text.starts_with("cuda:") && text.size() > 5 &&
                      text.find_first_not_of("0123456789", 5) == std::string::npos);
  return known ? "" : "expected cpu, cuda:N or auto, found '" + text + "'";
}

/// CLI11 calls it for --name.
std::string check_name(const std::string& name) {
  const bool fine = !name.empty() && name.size() <= 64 && name.front() != '.' &&
                    name.front() != '-' && std::ranges::all_of(name, [](unsigned char c) {
                      return std::isalnum(c) || c == '-' || c == '_' || c == '.';
                    });
  return fine ? "" : "expected letters, digits, '-', '_' and '.', found '" + name + "'";
}

/// The name of the folder that a path leads to.
std::string folder_name(const std::filesystem::path& path) {
  std::error_code ignored;
  const std::filesystem::path whole = std::filesystem::weakly_canonical(path, ignored);
  return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

/// What the model card calls the data: JSON takes nothing but UTF-8.
std::string checked_data_name(const Options& options) {
  std::string name = options.data_name.empty() ? folder_name(options.data) : options.data_name;
  if (!is_utf8(name)) throw CLI::ValidationError("--data-name", "expected a name in UTF-8");
  return name;
}

std::vector<std::string> labels_of(const std::string& file) {
  Result<std::vector<std::string>> labels = read_labels_file(file);
  if (!labels) throw CLI::ValidationError("--labels", labels.error().message);
  return *labels;
}

/// What suits the pictures, where --augment does not say it.
Augmentation default_augmentation(const Options& options) {
  if (options.train.framing == Framing::kWhole) return Augmentation::kPictures;
  return options.labels == digit_labels() ? Augmentation::kDigits : Augmentation::kInk;
}

void check_augmentation(const Options& options) {
  const auto refuse = [](const std::string& expected) {
    throw CLI::ValidationError("--augment", expected);
  };
  const Augmentation augmentation = options.train.augmentation;
  const bool whole = options.train.framing == Framing::kWhole;
  if (augmentation == Augmentation::kPictures && !whole)
    refuse("'pictures' is for --framing whole; choose ink or none");
  if ((augmentation == Augmentation::kInk || augmentation == Augmentation::kDigits) && whole)
    refuse("'" + std::string(name_of(augmentation)) +
           "' is for --framing ink; choose pictures or none");
  if (augmentation == Augmentation::kDigits && options.labels != digit_labels())
    refuse("'digits' is for the labels 0 to 9; choose ink or none");
}

}  // namespace

std::variant<Options, int> parse_options(int argc, char** argv) {
  Options options;
  TrainSettings& train = options.train;
  std::string devices = "cpu";
  std::string labels_file, framing(name_of(train.framing)), augmentation;

  CLI::App app(
      "Trains a convolutional network on MNIST (or data of the same form) and writes it to the "
      "output folder as NAME.onnx, NAME.ort and the model card NAME.json.",
      "numeral-train");
  // The last of several wins, so that options given to a script go over the script's own.
  app.option_defaults()->always_capture_default()->multi_option_policy(
      CLI::MultiOptionPolicy::TakeLast);
  app.add_option("--data", options.data, "folder with the four IDX files, gzipped or not")
      ->type_name("DIR")
      ->required();
  app.add_option("--out", options.out, "folder for the model; made if it is not there")
      ->type_name("DIR");
  app.add_option("--name", options.name, "of the model and its files")->check(check_name);
  app.add_option("--data-name", options.data_name,
                 "of the data, for the model card; if not given, that of the --data folder");
  app.add_option("--labels", labels_file,
                 "text file (UTF-8) with the labels of the classes, one a line; if not given, the "
                 "digits 0 to 9")
      ->type_name("FILE");
  app.add_option("--framing", framing,
                 "what the network is shown of a picture: ink, the drawing on it, fitted as MNIST "
                 "was, or whole, all of it, for pictures that fill their frame")
      ->check(CLI::IsMember({"ink", "whole"}));
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
  app.add_option("--augment", augmentation,
                 "how training pictures are varied: digits (drawn anew, and some 1s and 7s in "
                 "other forms), ink (drawn anew), pictures (mirrored, moved, turned, partly "
                 "covered) or none; if not given, what suits --framing and --labels")
      ->check(CLI::IsMember({"digits", "ink", "pictures", "none"}));
  app.add_option("--threads", options.threads, "processor threads; 0: all")
      ->check(CLI::Range(0, 1024));
  app.add_option("--devices", devices, "cpu, cuda:N, or auto: a GPU if there is one")
      ->check(check_devices);
  try {
    app.parse(argc, argv);
    train.device = device_of(devices);
    options.data_name = checked_data_name(options);
    if (!labels_file.empty()) options.labels = labels_of(labels_file);
    train.framing = *framing_named(framing);
    train.augmentation =
        augmentation.empty() ? default_augmentation(options) : *augmentation_named(augmentation);
    check_augmentation(options);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  if (options.threads == 0) options.threads = static_cast<int>(std::thread::hardware_concurrency());
  return options;
}

}  // namespace numeral
