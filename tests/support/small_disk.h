#pragma once

#include <sys/mount.h>

#include <filesystem>
#include <string>

namespace numeral::test {

/// A disk of its own of `size` (as mount takes it), mounted on a folder for as long as this lives.
/// That takes root.
class SmallDisk {
 public:
  SmallDisk(std::filesystem::path folder, const std::string& size)
      : folder_(std::move(folder)),
        mounted_(mount("none", folder_.c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0) {}
  ~SmallDisk() {
    if (mounted_) umount2(folder_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool is_mounted() const { return mounted_; }

 private:
  std::filesystem::path folder_;
  bool mounted_;
};

}  // namespace numeral::test
