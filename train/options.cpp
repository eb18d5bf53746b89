#include "train/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <thread>
#include <type_traits>

#include "train/data/labels_file.h"

namespace numeral {
namespace {

constexpr const char* kFooter = R"(Examples:
  A run as the published model's, which is the best of the seeds 1, 2 and 3:
    numeral-train --data mnist --out build/mine --epochs 24 --threads 1 --seed 1 --start-from model/base.safetensors
  Two workers of two threads each, resuming a run that was stopped:
    numeral-train --data mnist --devices cpu,cpu --threads 4 --resume model/checkpoints
  Two machines with four GPUs each, a process for each GPU:
    torchrun --nnodes 2 --nproc-per-node 4 --rdzv-backend c10d --rdzv-endpoint 192.168.0.10:29500 \
      --no-python numeral-train --data mnist --devices auto
)";

/// Enough to reject nearly everything that is no digit; more costs accuracy on digits.
constexpr double kNegativesForDigits = 0.12;

/// A worker makes its pictures beside the training: on a CPU, a thread makes them for so many that
/// train.
constexpr int kTrainingThreadsPerLoader = 8;

/// The number in a name such as cuda:0, or -1 where it is no such name.
int cuda_index(const std::string& name) {
  const std::string digits = name.starts_with("cuda:") ? name.substr(5) : "";
  const bool numeric = !digits.empty() && digits.size() <= 3 &&
                       digits.find_first_not_of("0123456789") == std::string::npos;
  return numeric && (digits == "0" || digits[0] != '0') ? std::stoi(digits) : -1;
}

bool is_cuda_name(const std::string& name) { return cuda_index(name) >= 0; }

/// A check of --devices for CLI11: the mistake, or "".
std::string check_devices(const std::string& text) {
  if (text == "auto") return "";
  const std::vector<std::string> names = CLI::detail::split(text, ',');
  const bool known = std::ranges::all_of(
      names, [](const std::string& name) { return name == "cpu" || is_cuda_name(name); });
  if (!known || names.empty())
    return "expected cpu, cuda:N, several of these with commas, or auto, found '" + text + "'";
  if (std::ranges::any_of(
          names, [&](const auto& name) { return is_cuda_name(name) != is_cuda_name(names[0]); }))
    return "expected CPUs or GPUs, not both, found '" + text + "'";
  return "";
}

/// The devices that a --devices text names, one a worker. `auto` is one GPU for each process that a
/// launcher has started on this machine.
std::vector<torch::Device> devices_of(const std::string& text, const Launch& launch) {
  const auto available = static_cast<int>(torch::cuda::device_count());
  std::vector<torch::Device> devices;
  if (text == "auto" && launch.launched && available > 0)
    return {{torch::kCUDA, static_cast<torch::DeviceIndex>(launch.local_rank % available)}};
  if (text == "auto") {
    for (int i = 0; i < available; ++i)
      devices.emplace_back(torch::kCUDA, static_cast<torch::DeviceIndex>(i));
    if (devices.empty()) devices.emplace_back(torch::kCPU);
    return devices;
  }
  for (const std::string& name : CLI::detail::split(text, ',')) {
    if (!is_cuda_name(name)) {
      devices.emplace_back(torch::kCPU);
      continue;
    }
    // libtorch keeps the number in eight bits, so this comes first.
    if (cuda_index(name) >= available)
      throw CLI::ValidationError(
          "--devices",
          fmt::format("this libtorch finds no CUDA device for '{}'; it finds {}", name, available));
    devices.emplace_back(torch::kCUDA, static_cast<torch::DeviceIndex>(cuda_index(name)));
  }
  return devices;
}

/// How many threads make pictures for each worker. A GPU's has all of its threads but one for that;
/// a CPU's trains with its own, and few more keep it busy.
int loader_threads(const TrainSettings& settings) {
  const int own = settings.threads / static_cast<int>(settings.devices.size());
  if (settings.devices[0].is_cuda()) return std::max(1, own - 1);
  return std::max(1, own / kTrainingThreadsPerLoader);
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

/// A check of --name for CLI11.
std::string check_name(const std::string& name) {
  const bool fine = !name.empty() && name.size() <= 64 && name.front() != '.' &&
                    name.front() != '-' && std::ranges::all_of(name, [](unsigned char c) {
                      return std::isalnum(c) || c == '-' || c == '_' || c == '.';
                    });
  return fine ? "" : "expected letters, digits, '-', '_' and '.', found '" + name + "'";
}

/// The name of the folder at `path`, which may end with a slash.
std::string folder_name(const std::filesystem::path& path) {
  std::error_code ignored;
  const std::filesystem::path whole = std::filesystem::weakly_canonical(path, ignored);
  return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

/// The name of the data for the model card, which is JSON and so must be UTF-8.
std::string checked_data_name(const Options& options) {
  std::string name = options.publish.data_name;
  if (name.empty()) name = folder_name(options.data);
  if (!is_utf8(name)) throw CLI::ValidationError("--data-name", "expected a name in UTF-8");
  return name;
}

std::vector<std::string> labels_of(const std::string& file) {
  Result<std::vector<std::string>> labels = read_labels_file(file);
  if (!labels) throw CLI::ValidationError("--labels", labels.error().message);
  return *labels;
}

/// The augmentation that suits the data, where --augment does not say it.
Augmentation default_augmentation(const Options& options) {
  if (options.train.input_mode == InputMode::kFullImage) return Augmentation::kPictures;
  return options.publish.labels == digit_labels() ? Augmentation::kDigits : Augmentation::kInk;
}

void check_augmentation(const Options& options) {
  const auto refuse = [](const std::string& expected) {
    throw CLI::ValidationError("--augment", expected);
  };
  const Augmentation augmentation = options.train.augmentation;
  const bool full_image = options.train.input_mode == InputMode::kFullImage;
  if (augmentation == Augmentation::kPictures && !full_image)
    refuse("'pictures' is for --input-mode full-image; choose ink or none");
  if ((augmentation == Augmentation::kInk || augmentation == Augmentation::kDigits) && full_image)
    refuse("'" + std::string(name_of(augmentation)) +
           "' is for --input-mode ink; choose pictures or none");
  if (augmentation == Augmentation::kDigits && options.publish.labels != digit_labels())
    refuse("'digits' is for the labels 0 to 9; choose ink or none");
}

template <class T>
using Choices = std::vector<std::pair<std::string, T>>;

Choices<InputMode> choices_of(InputMode) {
  return {{"ink", InputMode::kInk}, {"full-image", InputMode::kFullImage}};
}

Choices<Augmentation> choices_of(Augmentation) {
  Choices<Augmentation> choices;
  for (const Augmentation value :
       {Augmentation::kDigits, Augmentation::kInk, Augmentation::kPictures, Augmentation::kNone})
    choices.emplace_back(name_of(value), value);
  return choices;
}

Choices<Precision> choices_of(Precision) {
  Choices<Precision> choices;
  for (const Precision value : kPrecisions) choices.emplace_back(name_of(value), value);
  return choices;
}

/// Adds an option for a setting that is one of several names.
template <class T>
void add_choice(CLI::App& group, const Setting& setting, T* value) {
  std::vector<std::string> names;
  for (const auto& [name, choice] : choices_of(T())) names.push_back(name);
  group
      .add_option_function<std::string>(
          "--" + std::string(setting.name),
          [value](const std::string& text) {
            for (const auto& [name, choice] : choices_of(T()))
              if (name == text) *value = choice;
          },
          setting.help)
      ->check(CLI::IsMember(names));
}

/// Adds an option for a setting of the table.
void add_setting(CLI::App& group, const Setting& setting, TrainSettings& settings) {
  const auto add = [&](auto* value) {
    using T = std::remove_pointer_t<decltype(value)>;
    if constexpr (std::is_enum_v<T>) {
      add_choice(group, setting, value);
    } else {
      CLI::Option* option =
          group.add_option("--" + std::string(setting.name), *value, setting.help);
      if constexpr (std::is_arithmetic_v<T>) {
        if (setting.low < setting.high)
          option->check(CLI::Range(static_cast<T>(setting.low), static_cast<T>(setting.high)));
      } else {
        option->type_name("PATH");
      }
    }
  };
  std::visit(add, setting.value(settings));
}

void add_data_options(CLI::App& app, Options& options, std::string& labels_file) {
  CLI::App& group = *app.add_option_group("Data and model");
  PublishSettings& publish = options.publish;
  group.add_option("--data", options.data, "folder with the four IDX files, gzipped or not")
      ->type_name("DIR")
      ->required();
  group
      .add_option("--also-test", options.further_tests,
                  "folder with a further test set, t10k-images-idx3-ubyte and "
                  "t10k-labels-idx1-ubyte, pictures of any size: how the model does on it is put "
                  "into the report. Can be given several times")
      ->type_name("DIR")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->expected(1);
  group
      .add_option("--out", publish.out, "folder for the model and the checkpoints; made if missing")
      ->type_name("DIR");
  group.add_option("--name", publish.name, "of the model and its files")->check(check_name);
  group.add_option("--data-name", publish.data_name,
                   "of the data, for the model card; if not given, that of the --data folder");
  group
      .add_option("--labels", labels_file,
                  "text file (UTF-8) with the labels of the classes, one a line; if not given, the "
                  "digits 0 to 9")
      ->type_name("FILE");
  group
      .add_option("--weight-steps", publish.weight_steps,
                  "how finely the published weights are rounded, in steps to their root mean "
                  "square, so that the file compresses; 0: not at all")
      ->check(CLI::Range(0.0, 1e6));
  group
      .add_option(
          "--validation", options.validation,
          "training pictures set aside to choose the epoch: the last within one standard "
          "error of the best; the test pictures are used only at the end, and choose nothing")
      ->check(CLI::Range(1, 1000000));
}

/// Adds the options of the settings table, by group, and those that are more than a value.
void add_train_options(CLI::App& app, Options& options) {
  const auto add_group = [&](SettingGroup of, const char* name, const char* description) {
    CLI::App* group = app.add_option_group(name, description);
    for (const Setting& setting : setting_table())
      if (setting.group == of) add_setting(*group, setting, options.train);
    return group;
  };
  add_group(SettingGroup::kHyperparameters, "Hyperparameters", "They determine the result.");
  add_group(SettingGroup::kDevices, "Devices",
            "One worker each; every batch is split between them.")
      ->add_option("--devices", options.publish.devices,
                   "cpu, or several with commas (cpu,cpu or cuda:0,cuda:1), or auto: all GPUs, or "
                   "with a launcher the one of the process's local rank, or the CPU where there is "
                   "none. A device can be given several times")
      ->type_name("LIST")
      ->check(check_devices);
  add_group(
      SettingGroup::kProcesses, "Several processes",
      "Started by torchrun --no-python, srun or mpirun, all train one network. Only the first "
      "one prints, saves and publishes.");
  add_group(SettingGroup::kCheckpoints, "Saving and resuming", "");
}

/// Sets what follows from several options, and checks that they go together.
void complete(const CLI::App& app, Options& options, const std::string& labels_file) {
  const auto given = [&](const char* flag) { return app.get_option(flag)->count() > 0; };
  TrainSettings& train = options.train;
  train.launch = read_launch([](const char* name) { return std::getenv(name); });
  train.devices = devices_of(options.publish.devices, train.launch);
  options.publish.data_name = checked_data_name(options);
  if (!labels_file.empty()) options.publish.labels = labels_of(labels_file);
  train.classes = static_cast<int>(options.publish.labels.size());
  if (!given("--augment")) train.augmentation = default_augmentation(options);
  check_augmentation(options);
  const bool digits = train.augmentation == Augmentation::kDigits;
  if (!digits && !given("--negatives")) train.negatives = 0;
  if (!digits && train.negatives > 0)
    throw CLI::ValidationError("--negatives", "they go with --augment digits alone");
  if (train.interpolation < 1 && train.checkpoints.start_from.empty())
    throw CLI::ValidationError("--interpolation", "it goes with --start-from alone");
  train.checkpoints.folder = options.publish.out / "checkpoints";
  if (train.threads == 0)
    train.threads =
        std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / train.launch.sharing);
  train.loader_threads = loader_threads(train);
}

}  // namespace

std::variant<Options, int> parse_options(int argc, char** argv) {
  Options options;
  options.publish.labels = digit_labels();
  options.publish.devices = "cpu";
  options.train.threads = 0;
  options.train.negatives = kNegativesForDigits;
  std::string labels_file;

  CLI::App app(
      "Trains a convolutional network on MNIST (or data of the same form) and writes it to the "
      "output folder as NAME.onnx, NAME.ort and the model card NAME.json. The run is saved in the "
      "folder checkpoints there; --resume continues it from there.",
      "numeral-train");
  app.footer(kFooter);
  // Of an option given twice the last counts, so that those given to a script override its own.
  app.option_defaults()->always_capture_default()->multi_option_policy(
      CLI::MultiOptionPolicy::TakeLast);
  app.set_config("--config", "",
                 "TOML file with options by their long names, as in 'epochs = 36'; those on the "
                 "command line count more")
      ->type_name("FILE");
  app.allow_config_extras(CLI::config_extras_mode::error);
  add_data_options(app, options, labels_file);
  add_train_options(app, options);
  try {
    app.parse(argc, argv);
    complete(app, options, labels_file);
  } catch (const CLI::ConfigError& error) {
    return app.exit(CLI::ValidationError(
        "--config", std::string("expected lines as 'epochs = 36' with the options' long names: ") +
                        error.what()));
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
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
