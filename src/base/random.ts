/**
 * Seeded random numbers: the only source of randomness in the engine, so that a seed repeats a model bit for bit.
 * Generator: sfc32 (Chris Doty-Humphrey, PractRand), seeded by splitmix32.
 */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Uniform whole number in [0, bound). */
  integer(bound: number): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
  /** Shuffles in place (Fisher–Yates) and returns the same array. */
  shuffle<T extends Int32Array | Uint32Array | unknown[]>(items: T): T;
}

/** Streams of the same seed and different `stream` numbers are independent of each other. */
export function createRandom(seed: number, stream = 0): Random {
  const mix = splitmix32((seed ^ Math.imul(stream + 1, 0x9e3779b9)) >>> 0);
  let a = mix();
  let b = mix();
  let c = mix();
  let counter = 1;

  function bits(): number {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    c |= 0;
    return result >>> 0;
  }
  for (let i = 0; i < 12; i++) bits();

  const next = (): number => bits() / 4294967296;
  const integer = (bound: number): number => Math.floor(next() * bound);
  const normal = (): number => {
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    return radius * Math.cos(2 * Math.PI * next());
  };
  const shuffle = <T extends Int32Array | Uint32Array | unknown[]>(items: T): T => {
    for (let i = items.length - 1; i > 0; i--) {
      const j = integer(i + 1);
      const kept = items[i];
      items[i] = items[j] as never;
      items[j] = kept as never;
    }
    return items;
  };
  return { next, integer, normal, shuffle };
}

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) | 0;
  };
}
