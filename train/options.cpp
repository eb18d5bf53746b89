#include "options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <thread>

#include "train/base/utf8.h"

namespace numeral {
namespace {

constexpr const char* kFooter = R"(Examples:
  The model as it is published, from all processors of this machine:
    numeral-train --data mnist --out model
  Two workers of two threads each, going on where an earlier run was stopped:
    numeral-train --data mnist --devices cpu,cpu --threads 4 --resume model/checkpoints
  Two machines with two GPUs each; the second with --node-rank 1:
    numeral-train --data mnist --devices cuda:0,cuda:1 --nodes 2 --node-rank 0 \
      --rendezvous tcp://192.168.0.10:29500
)";

/// Enough to turn away nearly all that is no digit; more costs digits.
constexpr double kNegativesForDigits = 0.08;

bool is_cuda_name(const std::string& text) {
  return text.starts_with("cuda:") && text.size() > 5 && text.size() < 9 &&
         text.find_first_not_of("0123456789", 5) == std::string::npos;
}

/// What a file given by --experiments holds.
std::vector<Experiment> experiments_of(const std::string& file) {
  Result<std::vector<Experiment>> experiments = read_experiments(file);
  if (!experiments) throw CLI::ValidationError("--experiments", experiments.error().message);
  return std::move(*experiments);
}

/// CLI11 calls it for --devices; an empty answer means that the text is fine.
std::string check_devices(const std::string& text) {
  if (text == "auto") return "";
  const std::vector<std::string> names = CLI::detail::split(text, ',');
  const bool known = std::ranges::all_of(
      names, [](const std::string& name) { return name == "cpu" || is_cuda_name(name); });
  if (!known || names.empty())
    return "expected cpu, cuda:N, several of these with commas, or auto, found '" + text + "'";
  if (std::ranges::any_of(
          names, [&](const auto& name) { return is_cuda_name(name) != is_cuda_name(names[0]); }))
    return "expected processors or GPUs, not both, found '" + text + "'";
  return "";
}

/// The devices that a --devices text names, one a worker.
std::vector<torch::Device> devices_of(const std::string& text) {
  const auto available = static_cast<int>(torch::cuda::device_count());
  std::vector<torch::Device> devices;
  if (text == "auto") {
    for (int i = 0; i < available; ++i)
      devices.emplace_back(torch::kCUDA, static_cast<torch::DeviceIndex>(i));
    if (devices.empty()) devices.emplace_back(torch::kCPU);
    return devices;
  }
  for (const std::string& name : CLI::detail::split(text, ',')) {
    // libtorch keeps the number in eight bits, so this comes before it reads the name.
    if (is_cuda_name(name) && std::stoi(name.substr(5)) >= available)
      throw CLI::ValidationError(
          "--devices",
          fmt::format("this libtorch finds no CUDA device for '{}'; it finds {}", name, available));
    devices.emplace_back(name);
  }
  return devices;
}

/// Reads tcp://HOST:PORT; an empty answer means that it is fine.
std::string read_rendezvous(const std::string& text, Cluster& cluster) {
  const std::string scheme = "tcp://";
  const std::size_t colon = text.rfind(':');
  const std::string port = colon == std::string::npos ? "" : text.substr(colon + 1);
  const bool numeric = !port.empty() && port.size() <= 5 &&
                       port.find_first_not_of("0123456789") == std::string::npos;
  if (!text.starts_with(scheme) || colon <= scheme.size() || !numeric || std::stoi(port) < 1 ||
      std::stoi(port) > 65535)
    return "expected tcp://HOST:PORT, found '" + text + "'";
  cluster.host = text.substr(scheme.size(), colon - scheme.size());
  cluster.port = static_cast<std::uint16_t>(std::stoi(port));
  return "";
}

void check_cluster(const Cluster& cluster) {
  if (cluster.node_rank >= cluster.nodes)
    throw CLI::ValidationError("--node-rank", fmt::format("expected less than the {} of --nodes, "
                                                          "found {}",
                                                          cluster.nodes, cluster.node_rank));
  if (cluster.nodes > 1 && cluster.host.empty())
    throw CLI::ValidationError("--rendezvous", "several --nodes need it to find each other");
}

std::string quoted(const std::string& argument) {
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) ||
           std::string("-_./:,=+@%").find(c) != std::string::npos;
  };
  if (!argument.empty() && std::ranges::all_of(argument, plain)) return argument;
  std::string text = "'";
  for (const char c : argument) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
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
  if (options.train.input_mode == InputMode::kFullImage) return Augmentation::kPictures;
  return options.labels == digit_labels() ? Augmentation::kDigits : Augmentation::kInk;
}

void check_augmentation(const Options& options) {
  const auto refuse = [](const std::string& expected) {
    throw CLI::ValidationError("--augment", expected);
  };
  const Augmentation augmentation = options.train.augmentation;
  const bool whole = options.train.input_mode == InputMode::kFullImage;
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
  std::int64_t timeout = train.cluster.timeout.count();
  train.threads = 0;
  train.negatives = kNegativesForDigits;
  std::string experiments, labels_file, input_mode(name_of(train.input_mode)), augmentation;

  CLI::App app(
      "Trains a convolutional network on MNIST (or data of the same form) and writes it to the "
      "output folder as NAME.onnx, NAME.ort and the model card NAME.json. The run is saved "
      "in the folder checkpoints there, and goes on from there with --resume.",
      "numeral-train");
  app.footer(kFooter);
  // The last of several wins, so that options given to a script go over the script's own.
  app.option_defaults()->always_capture_default()->multi_option_policy(
      CLI::MultiOptionPolicy::TakeLast);
  CLI::Option_group* group = app.add_option_group("Data and model");
  group->add_option("--data", options.data, "folder with the four IDX files, gzipped or not")
      ->type_name("DIR")
      ->required();
  group
      ->add_option("--out", options.out,
                   "folder for the model and the checkpoints; made if it is not there")
      ->type_name("DIR");
  group->add_option("--name", options.name, "of the model and its files")->check(check_name);
  group->add_option("--data-name", options.data_name,
                    "of the data, for the model card; if not given, that of the --data folder");
  group
      ->add_option(
          "--labels", labels_file,
          "text file (UTF-8) with the labels of the classes, one a line; if not given, the "
          "digits 0 to 9")
      ->type_name("FILE");
  group
      ->add_option(
          "--framing", input_mode,
          "what the network is shown of a picture: ink, the drawing on it, fitted as MNIST "
          "was, or whole, all of it, for pictures that fill their frame")
      ->check(CLI::IsMember({"ink", "whole"}));
  group
      ->add_option("--experiments", experiments,
                   "JSON file with the results of earlier runs, which the report then shows; its "
                   "form is in train/experiments.h")
      ->type_name("FILE");
  group
      ->add_option("--weight-steps", options.weight_steps,
                   "how finely the published weights are rounded, in steps to their root mean "
                   "square, so that the file compresses; 0: not at all")
      ->check(CLI::Range(0.0, 1e6));
  group
      ->add_option("--validation", options.validation,
                   "training pictures set aside to choose the best epoch; the test pictures are "
                   "only looked at once, at the end")
      ->check(CLI::Range(1, 1000000));

  group = app.add_option_group("How to train", "These decide what comes out.");
  group
      ->add_option("--epochs", train.epochs,
                   "passes over the training pictures; more is slower and, up to a point, better")
      ->check(CLI::Range(1, 10000));
  group
      ->add_option("--batch-size", train.batch_size,
                   "pictures a step, of all workers together; with twice as many, try twice the "
                   "learning rate")
      ->check(CLI::Range(2, 8192));
  group
      ->add_option("--learning-rate", train.learning_rate,
                   "the highest of the run: it rises to it in the first tenth and then falls to "
                   "0; too high, and the loss stops falling or is no longer finite")
      ->check(CLI::Range(1e-6, 1.0));
  group
      ->add_option("--weight-decay", train.weight_decay,
                   "AdamW's: how strongly weights are drawn to 0, against learning by heart")
      ->check(CLI::Range(0.0, 1.0));
  group
      ->add_option("--label-smoothing", train.label_smoothing,
                   "the share of a label that is spread over all classes, against undue certainty")
      ->check(CLI::Range(0.0, 0.5));
  group
      ->add_option("--robustness", train.robustness,
                   "against wrong labels: how much less a picture counts whose label the network "
                   "does not believe; 0: all count alike")
      ->check(CLI::Range(0.0, 1.0));
  group
      ->add_option("--average-decay", train.ema_decay,
                   "the weights that are validated and published are a moving average over about "
                   "the last 1 / (1 - this) steps; 0: the weights as they are")
      ->check(CLI::Range(0.0, 0.99999));
  group
      ->add_option("--width", train.width,
                   "channels of the network's convolutions, as a multiple of the published "
                   "network's: 2 is four times the work, for a teacher")
      ->check(CLI::Range(kMinWidth, kMaxWidth));
  const CLI::Option* negatives =
      group
          ->add_option("--negatives", train.negatives,
                       "pictures that are no digit (letters, scribbles, several digits at once) "
                       "drawn for each picture of the data, from which the network learns to turn "
                       "them away; with other labels, none")
          ->check(CLI::Range(0.0, 1.0));
  group
      ->add_option("--teachers", train.teachers,
                   "the folders of finished runs, from whose networks this one learns "
                   "(distillation): each picture of a batch is taught by one of them")
      ->type_name("DIR...")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  group
      ->add_option("--teaching", train.teaching,
                   "the weight in the loss of what the teachers say; the labels have the rest")
      ->check(CLI::Range(0.0, 1.0));
  group->add_option("--seed", train.seed, "of the first weights, the order and the augmentation");
  group
      ->add_option("--augment", augmentation,
                   "how training pictures are varied: digits (drawn anew, and some in forms that "
                   "the data lacks), ink (drawn anew), pictures (mirrored, moved, turned, partly "
                   "covered) or none (faster, and worse on what people draw); if not given, what "
                   "suits --framing and --labels")
      ->check(CLI::IsMember({"digits", "ink", "pictures", "none"}));

  group = app.add_option_group("Devices", "One worker each; every batch is split between them.");
  group
      ->add_option("--devices", options.devices,
                   "cpu, or several with commas (cpu,cpu or cuda:0,cuda:1), or auto: all GPUs, or "
                   "the processors where there is none")
      ->type_name("LIST")
      ->check(check_devices);
  group
      ->add_option("--threads", train.threads,
                   "processor threads of all workers together; 0: one a processor. The same "
                   "number gives the same weights, bit for bit")
      ->check(CLI::Range(0, 1024));

  group =
      app.add_option_group("Several machines",
                           "Start the program on each with the same options but --node-rank. Only "
                           "the first one prints, saves and publishes.");
  group->add_option("--nodes", train.cluster.nodes, "how many machines (or processes) there are")
      ->check(CLI::Range(1, 1024));
  group->add_option("--node-rank", train.cluster.node_rank, "which of them this is, from 0 on")
      ->check(CLI::Range(0, 1023));
  group
      ->add_option_function<std::string>(
          "--rendezvous",
          [&](const std::string& text) {
            const std::string mistake = read_rendezvous(text, train.cluster);
            if (!mistake.empty()) throw CLI::ValidationError("--rendezvous", mistake);
          },
          "the first machine's address and a free port there; for a trusted network only")
      ->type_name("tcp://HOST:PORT");
  group
      ->add_option("--timeout", timeout,
                   "seconds after which a machine that does not answer is given up")
      ->check(CLI::Range(5, 86400));

  group = app.add_option_group("Saving and going on");
  group
      ->add_option("--checkpoint-minutes", train.checkpoints.minutes,
                   "time between two checkpoints within an epoch; at the end of each there is one "
                   "anyway. The last two are kept")
      ->check(CLI::Range(0.0, 10000.0));
  group
      ->add_option("--resume", train.checkpoints.resume,
                   "a checkpoint, or a folder with some: go on from the latest whole one. The "
                   "options must be those that the run was started with")
      ->type_name("PATH");
  try {
    app.parse(argc, argv);
    train.devices = devices_of(options.devices);
    check_cluster(train.cluster);
    options.data_name = checked_data_name(options);
    if (!labels_file.empty()) options.labels = labels_of(labels_file);
    train.classes = static_cast<int>(options.labels.size());
    train.input_mode = *input_mode_named(input_mode);
    train.augmentation =
        augmentation.empty() ? default_augmentation(options) : *augmentation_named(augmentation);
    check_augmentation(options);
    if (!experiments.empty()) options.experiments = experiments_of(experiments);
    const bool digits = train.augmentation == Augmentation::kDigits;
    if (!digits && negatives->count() == 0) train.negatives = 0;
    if (!digits && train.negatives > 0)
      throw CLI::ValidationError("--negatives", "they go with --augment digits alone");
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  train.cluster.timeout = std::chrono::seconds(timeout);
  train.checkpoints.folder = options.out / "checkpoints";
  if (train.threads == 0) train.threads = static_cast<int>(std::thread::hardware_concurrency());
  return options;
}

std::string resume_command(int argc, char** argv, const std::filesystem::path& folder) {
  std::string command;
  for (int i = 0; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--resume") {
      ++i;
      continue;
    }
    if (!argument.starts_with("--resume=")) command += quoted(argument) + " ";
  }
  return command + "--resume " + quoted(folder.string());
}

}  // namespace numeral
