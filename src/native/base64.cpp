#include "native/base64.h"

#include <openssl/evp.h>

namespace numeral {

std::string base64(std::span<const std::uint8_t> bytes) {
  // 4 characters for each 3 bytes, rounded up, and the zero byte that OpenSSL adds.
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                  static_cast<int>(bytes.size()));
  text.pop_back();
  return text;
}

}  // namespace numeral
