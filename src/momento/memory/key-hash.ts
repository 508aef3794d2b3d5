/** A secret of one cache, so that nobody can choose keys that collide. */
export interface HashSeed {
  readonly k0: number;
  readonly k1: number;
}

/**
 * HalfSipHash-1-3 of the key bytes, as a signed 32-bit number: quick on short keys, and, unlike unkeyed
 * hashes, without collisions that a writer could work out beforehand.
 */
export function hashKey(key: Uint8Array, seed: HashSeed): number {
  let v0 = seed.k0;
  let v1 = seed.k1;
  let v2 = 0x6c796765 ^ seed.k0;
  let v3 = 0x74656462 ^ seed.k1;
  const length = key.length;
  const whole = length & ~3;
  // One round for each word, the last of which holds what remains and the length; then three more.
  const rounds = (whole >>> 2) + 4;
  for (let round = 0; round < rounds; round++) {
    const at = round << 2;
    let word = 0;
    if (at < whole)
      word = key[at]! | (key[at + 1]! << 8) | (key[at + 2]! << 16) | (key[at + 3]! << 24);
    else if (at === whole) {
      word = length << 24;
      if (at + 2 < length) word |= key[at + 2]! << 16;
      if (at + 1 < length) word |= key[at + 1]! << 8;
      if (at < length) word |= key[at]!;
    } else if (at === whole + 4) v2 ^= 0xff;
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return v1 ^ v3;
}
