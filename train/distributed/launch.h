#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace numeral {

/// The place of this process in a run of several, which a launcher has started: torchrun, srun or
/// mpirun.
struct Launch {
  bool launched = false;       ///< false: the program was started alone
  int rank = 0;                ///< of this process
  int size = 1;                ///< how many processes there are
  int local_rank = 0;          ///< of this process among those of its machine
  int sharing = 1;             ///< how many processes share this one's processors
  std::string host;            ///< of the key-value store at which the processes meet
  std::uint16_t port = 0;      ///< likewise
  bool store_is_kept = false;  ///< the launcher keeps the store; otherwise process 0 does
  int restarts = 0;            ///< how often the launcher has started all processes anew
};

/// The value of an environment variable, or null where it is not set.
using Environment = std::function<const char*(const char* name)>;

/// What the launcher has told this process through the environment. Throws std::runtime_error where
/// a variable is missing, malformed or contradicts another; the message names it.
Launch read_launch(const Environment& environment);

}  // namespace numeral
