#include "train/data/data_loader.h"

#include <algorithm>

#include "train/base/shard.h"

namespace numeral {
namespace {

/// Finished batches that may wait; enough to bridge a hiccup.
constexpr std::size_t kAhead = 8;

/// The number of the random stream, of those for an epoch's pictures, that shuffles them.
constexpr std::uint64_t kShuffling = std::uint64_t(1) << 62;

}  // namespace

DataLoader::DataLoader(const IdxDataset& dataset, const std::vector<std::size_t>& indices,
                         std::uint64_t epoch, const Settings& settings)
    : dataset_(dataset), settings_(settings), epoch_(epoch), order_(indices) {
  for (std::size_t i = 0; i < settings_.negatives; ++i) order_.push_back(dataset_.count() + i);
  Random(settings_.seed, epoch_, kShuffling).shuffle(order_);
  const auto size = static_cast<std::size_t>(settings_.batch_size);
  batches_ = (order_.size() + size - 1) / size;
  started_ = delivered_ = static_cast<std::size_t>(settings_.first_batch);
  for (int i = 0; i < settings_.threads; ++i)
    threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
}

DataLoader::~DataLoader() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

std::optional<Examples> DataLoader::next() {
  std::unique_lock lock(mutex_);
  if (delivered_ >= batches_) return std::nullopt;
  changed_.wait(lock, [&] { return failure_ || done_.contains(delivered_); });
  if (failure_) std::rethrow_exception(failure_);
  Examples batch = std::move(done_.extract(delivered_).mapped());
  ++delivered_;
  changed_.notify_all();
  return batch;
}

void DataLoader::work(const std::stop_token& stop) {
  try {
    make_batches(stop);
  } catch (...) {
    // For want of memory, say. Whoever waits for a batch is to know, not the whole program to end.
    const std::lock_guard lock(mutex_);
    failure_ = std::current_exception();
    changed_.notify_all();
  }
}

void DataLoader::make_batches(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (true) {
    const bool go_on = changed_.wait(
        lock, stop, [&] { return started_ >= batches_ || started_ < delivered_ + kAhead; });
    if (!go_on || started_ >= batches_) return;
    const std::size_t batch = started_++;
    lock.unlock();
    Examples made = make(batch);
    lock.lock();
    done_.emplace(batch, std::move(made));
    changed_.notify_all();
  }
}

Examples DataLoader::make(std::size_t batch) const {
  const std::size_t start = batch * static_cast<std::size_t>(settings_.batch_size);
  const std::size_t size =
      std::min(static_cast<std::size_t>(settings_.batch_size), order_.size() - start);
  const Shard share = shard_of(static_cast<std::int64_t>(size), settings_.rank, settings_.workers);
  const std::size_t first = start + static_cast<std::size_t>(share.first);
  const std::size_t end = start + static_cast<std::size_t>(share.end);
  Examples examples = make_examples(share.count());
  for (std::size_t i = first; i < end; ++i) {
    const auto place = static_cast<std::int64_t>(i - first);
    Random random(settings_.seed, epoch_, order_[i]);
    if (order_[i] >= dataset_.count()) {
      set_example(examples, place, settings_.painter->paint(random), settings_.negative_label);
      continue;
    }
    const int label = dataset_.labels[order_[i]];
    const NetworkInput input = settings_.transform(dataset_.image(order_[i]), label, random);
    set_example(examples, place, input, label);
  }
  if (settings_.pinned) return {examples.images.pin_memory(), examples.labels.pin_memory()};
  return examples;
}

}  // namespace numeral
