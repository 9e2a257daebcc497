/**
 * SHA-256 (FIPS 180-4) without Node: a browser that opens a model file has no synchronous hash of its own.
 * Files on disk are hashed by Node's (file.ts), which is ten times as fast.
 */
const roundConstants = primeFractions(64, 1 / 3);
const initialState = primeFractions(8, 1 / 2);

/** The 32 bytes of the hash. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const state = Uint32Array.from(initialState);
  const schedule = new Uint32Array(64);
  const whole = bytes.length & ~63;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 0; start < whole; start += 64) compress(state, schedule, view, start);
  const last = paddedEnd(bytes.subarray(whole), bytes.length);
  for (let start = 0; start < last.byteLength; start += 64) compress(state, schedule, last, start);
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => digest.setUint32(i * 4, word));
  return new Uint8Array(digest.buffer);
}

/** What is left of the message, a 1 bit, zeros, and the length in bits. */
function paddedEnd(rest: Uint8Array, length: number): DataView {
  const padded = new Uint8Array(rest.length < 56 ? 64 : 128);
  padded.set(rest);
  padded[rest.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(length) * 8n);
  return view;
}

function compress(state: Uint32Array, schedule: Uint32Array, block: DataView, start: number): void {
  for (let i = 0; i < 16; i++) schedule[i] = block.getUint32(start + i * 4);
  for (let i = 16; i < 64; i++) {
    const w15 = schedule[i - 15];
    const w2 = schedule[i - 2];
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    schedule[i] = schedule[i - 16] + s0 + schedule[i - 7] + s1;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; i++) {
    const big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const first = (h + big1 + choice + roundConstants[i] + schedule[i]) | 0;
    const big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + big0 + majority) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = state[i] + word));
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** The first 32 bits of the fractional parts of the first primes' roots, which is how the standard defines its constants. */
function primeFractions(count: number, power: number): Uint32Array {
  const fractions: number[] = [];
  for (let n = 2; fractions.length < count; n++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= n; divisor++) prime &&= n % divisor !== 0;
    const root = n ** power;
    if (prime) fractions.push(Math.floor((root - Math.floor(root)) * 2 ** 32));
  }
  return Uint32Array.from(fractions);
}
