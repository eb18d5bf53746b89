#include "train/base/malloc_tuning.h"

#include <malloc.h>

namespace numeral {

void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

}  // namespace numeral
