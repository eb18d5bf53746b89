#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "../src/idx.h"
#include "augmentation.h"
#include "examples.h"

namespace numeral {

/// Makes the batches of one epoch, augmented, in the background while the network trains.
/// Order and pictures depend on seed and epoch alone, not on the number of threads.
class BatchLoader {
 public:
  struct Settings {
    std::int64_t batch_size = 128;
    std::uint64_t seed = 1;
    MakeInput make_input = training_input(Augmentation::kDigits, Framing::kInk);
    int threads = 1;
  };

  /// `dataset` must outlive the loader. The last batch may be smaller than the others.
  BatchLoader(const IdxDataset& dataset, const std::vector<std::size_t>& indices,
              std::uint64_t epoch, const Settings& settings);
  ~BatchLoader();
  BatchLoader(const BatchLoader&) = delete;
  BatchLoader& operator=(const BatchLoader&) = delete;

  /// The next batch; nothing after the last.
  std::optional<Examples> next();

 private:
  void work(const std::stop_token& stop);
  Examples make(std::size_t batch) const;

  const IdxDataset& dataset_;
  const Settings settings_;
  const std::uint64_t epoch_;
  std::vector<std::size_t> order_;
  std::size_t batches_ = 0;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::size_t started_ = 0;               ///< batches taken up by a thread
  std::size_t delivered_ = 0;             ///< batches handed out
  std::map<std::size_t, Examples> done_;  ///< finished and not yet handed out

  std::vector<std::jthread> threads_;  ///< last, so that they end before what they use
};

}  // namespace numeral
