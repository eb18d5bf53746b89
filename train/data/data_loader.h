#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "native/idx.h"
#include "train/augmentation/augmentation.h"
#include "train/data/examples.h"
#include "train/augmentation/negatives.h"

namespace numeral {

/// Makes one worker's part of the batches of an epoch, augmented, in the background while the
/// network trains. Among the pictures of the data set are negatives, drawn anew for every epoch.
/// Order and pictures depend on seed and epoch alone, neither on the number of threads nor on where
/// in the epoch the loader starts; the workers' parts, one after the other, are the batch that a
/// single worker would get.
class DataLoader {
 public:
  struct Settings {
    std::int64_t batch_size = 128;
    std::uint64_t seed = 1;
    Transform transform = training_transform(Augmentation::kDigits, InputMode::kInk);
    int threads = 1;
    std::int64_t first_batch = 0;  ///< where to start in the epoch
    int rank = 0;                  ///< of the worker that the batches are for
    int workers = 1;               ///< that share each batch
    bool pinned = false;           ///< in memory that a GPU reads by itself

    const NegativePainter* painter = nullptr;  ///< draws the negatives
    std::size_t negatives = 0;                 ///< in an epoch
    int negative_label = 10;                   ///< their class
  };

  /// `dataset` must outlive the loader. The last batch may be smaller than the others, and a
  /// worker's part of it empty.
  DataLoader(const IdxDataset& dataset, const std::vector<std::size_t>& indices,
              std::uint64_t epoch, const Settings& settings);
  ~DataLoader();
  DataLoader(const DataLoader&) = delete;
  DataLoader& operator=(const DataLoader&) = delete;

  /// The number of batches in an epoch.
  std::int64_t batches() const { return static_cast<std::int64_t>(batches_); }

  /// This worker's part of the next batch; nothing after the last. Throws what a thread threw that
  /// made one.
  std::optional<Examples> next();

 private:
  void work(const std::stop_token& stop);
  void make_batches(const std::stop_token& stop);
  Examples make(std::size_t batch) const;

  const IdxDataset& dataset_;
  const Settings settings_;
  const std::uint64_t epoch_;
  std::vector<std::size_t> order_;  ///< pictures of the data set; from its count on, negatives
  std::size_t batches_ = 0;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::size_t started_ = 0;               ///< batches taken up by a thread
  std::size_t delivered_ = 0;             ///< batches handed out
  std::map<std::size_t, Examples> done_;  ///< finished and not yet handed out
  std::exception_ptr failure_;            ///< of a thread

  std::vector<std::jthread> threads_;  ///< last, so that they end before what they use
};

}  // namespace numeral
