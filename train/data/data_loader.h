#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "train/base/random.h"
#include "train/data/examples.h"

namespace numeral {

/// Makes example `index` of a data set, augmented at random. Several threads call it at the same
/// time.
using MakeExample = std::function<Example(std::size_t index, Random& random)>;

/// Loads the batches of one epoch for one worker, made by background threads while the network
/// trains. The order of the examples and their random numbers depend on seed and epoch alone,
/// neither on the number of threads nor on the batch to start with. The workers' shards of a batch,
/// one after the other, are the batch that a single worker would get.
class DataLoader {
 public:
  struct Settings {
    std::int64_t batch_size = 128;  ///< of all workers together
    std::uint64_t seed = 1;
    int threads = 1;
    std::int64_t first_batch = 0;  ///< where to start in the epoch
    int rank = 0;                  ///< the worker that the batches are for
    int workers = 1;               ///< among which each batch is split
    bool pinned = false;           ///< in page-locked memory, for copies to a GPU
  };

  /// Loads the examples `indices` in random order. The last batch may be smaller than the others,
  /// and a worker's shard of it empty.
  DataLoader(std::vector<std::size_t> indices, MakeExample make_example, std::uint64_t epoch,
             const Settings& settings);
  ~DataLoader();
  DataLoader(const DataLoader&) = delete;
  DataLoader& operator=(const DataLoader&) = delete;

  /// The number of batches in an epoch.
  std::int64_t batches() const { return static_cast<std::int64_t>(batches_); }

  /// This worker's shard of the next batch, or nothing after the last. Waits for it. Throws what a
  /// background thread threw.
  std::optional<Examples> next();

 private:
  void work(const std::stop_token& stop);
  void make_batches(const std::stop_token& stop);
  Examples make(std::size_t batch) const;

  const MakeExample make_example_;
  const Settings settings_;
  const std::uint64_t epoch_;
  std::vector<std::size_t> order_;  ///< the indices, shuffled
  std::size_t batches_ = 0;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::size_t started_ = 0;               ///< batches that a thread has begun
  std::size_t delivered_ = 0;             ///< batches that `next` has returned
  std::map<std::size_t, Examples> done_;  ///< made and not yet delivered
  std::exception_ptr failure_;            ///< of a background thread

  std::vector<std::jthread> threads_;  ///< the last member: joined before the others are destroyed
};

}  // namespace numeral
