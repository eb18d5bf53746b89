#include "train/evaluation/rejection.h"

#include "train/augmentation/negatives.h"

namespace numeral {
Result<std::vector<RejectionRate>> rejection_rates(Recognizer& recognizer, const IdxDataset& digits,
                                                   std::span<const std::size_t> indices,
                                                   int sample) {
  const Result<NegativePainter> painter = NegativePainter::create(digits, indices);
  if (!painter) return tl::unexpected(painter.error());
  std::vector<RejectionRate> rows;
  for (const NegativeKind& kind : kNegativeKinds) {
    RejectionRate row{kind.name, {0, sample}};
    for (int i = 0; i < sample; ++i) {
      Random random(kRejectionSeed, rows.size(), static_cast<std::uint64_t>(i));
      const auto answer = recognizer.recognize(painter->paint(kind.negative, random));
      if (!answer) return tl::unexpected(answer.error());
      row.rejected.count += !answer->accepted;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace numeral
