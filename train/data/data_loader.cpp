#include "train/data/data_loader.h"

#include <algorithm>
#include <utility>

#include "train/base/shard.h"

namespace numeral {
namespace {

/// Batches that may be made ahead for each thread, so that a short delay does not stop training.
constexpr std::size_t kMaxAhead = 8;

/// The random stream that shuffles an epoch. The others of the epoch are numbered by example.
constexpr std::uint64_t kShuffleStream = std::uint64_t(1) << 62;

}  // namespace

DataLoader::DataLoader(std::vector<std::size_t> indices, MakeExample make_example,
                       std::uint64_t epoch, const Settings& settings)
    : make_example_(std::move(make_example)),
      settings_(settings),
      epoch_(epoch),
      order_(std::move(indices)) {
  Random(settings_.seed, epoch_, kShuffleStream).shuffle(order_);
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
    // An exception that leaves a thread ends the program; `next` throws it instead.
    const std::lock_guard lock(mutex_);
    failure_ = std::current_exception();
    changed_.notify_all();
  }
}

void DataLoader::make_batches(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const std::size_t ahead = kMaxAhead * static_cast<std::size_t>(settings_.threads);
  while (true) {
    const bool go_on = changed_.wait(
        lock, stop, [&] { return started_ >= batches_ || started_ < delivered_ + ahead; });
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
  const Shard shard = shard_of(static_cast<std::int64_t>(size), settings_.rank, settings_.workers);
  Examples examples = make_examples(shard.count());
  for (std::int64_t i = 0; i < shard.count(); ++i) {
    const std::size_t index = order_[start + static_cast<std::size_t>(shard.first + i)];
    Random random(settings_.seed, epoch_, index);
    set_example(examples, i, make_example_(index, random));
  }
  if (settings_.pinned) return {examples.images.pin_memory(), examples.labels.pin_memory()};
  return examples;
}

}  // namespace numeral
