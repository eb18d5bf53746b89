// SHA-256 (FIPS 180-4). Browsers have it built in, but only for pages from https or localhost;
// this is for the others, so that a page in a local network checks its files as well.

/** The first 32 bits of the fractional part of the `root`-th root of each of the first primes. */
function constants(count, root) {
  const primes = [];
  for (let n = 2; primes.length < count; ++n)
    if (primes.every((prime) => n % prime)) primes.push(n);
  return primes.map((prime) => (prime ** (1 / root) % 1) * 2 ** 32 | 0);
}

const rotate = (word, bits) => (word >>> bits) | (word << (32 - bits));

/**
 * @param {Uint8Array} bytes
 * @returns {string} lower-case hexadecimal
 */
export function sha256(bytes) {
  const k = constants(64, 3);
  const hash = constants(8, 2);

  // The message, a 1 bit, zeros, and its length in bits as 64 bits, in blocks of 64 bytes.
  const padded = new Uint8Array(((bytes.length + 8) >> 6) + 1 << 6);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);

  const w = new Int32Array(64);
  for (let block = 0; block < padded.length; block += 64) {
    for (let i = 0; i < 16; ++i) w[i] = view.getInt32(block + i * 4);
    for (let i = 16; i < 64; ++i) {
      const s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }

    let [a, b, c, d, e, f, g, h] = hash;
    for (let i = 0; i < 64; ++i) {
      const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const choice = (e & f) ^ (~e & g);
      const t1 = (h + s1 + choice + k[i] + w[i]) | 0;
      const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const majority = (a & b) ^ (a & c) ^ (b & c);
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + s0 + majority) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => (hash[i] = (hash[i] + word) | 0));
  }
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
