/**
 * A seeded generator of numbers in [0, 1): the same seed gives the same sequence on every machine.
 * Mulberry32: one 32-bit word of state, a period of 2^32, passes gjrand; enough for resampling, shuffling and
 * packet loss, and not for secrets. Seeds are taken modulo 2^32, and mixed first: small ones began alike otherwise, three
 * of the first seven with a second number below 0.003.
 */
export function createRandom(seed: number): () => number {
  let state = mixed32(seed >>> 0);
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** MurmurHash3's finalizer: every bit of the seed moves every bit of the state. */
function mixed32(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
