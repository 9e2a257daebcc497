// The first layer of a network: every feature of a row stands for one table row, or for a point between two of them.
//
// codes (u32) and fractions (f32) hold `features` numbers a row. A feature adds
// (1 - fraction) * table[code] + fraction * table[code + 1]; where the fraction is 0, table[code + 1] is not touched.

/** Four columns of a row: `table` and `bias` begin at the first of them. */
// @ts-ignore: decorator
@inline
function embedFour(codes: usize, fractions: usize, featureBytes: usize, table: usize, bytes: usize, bias: usize): v128 {
  let sum = v128.load(bias);
  for (let at: usize = 0; at < featureBytes; at += 4) {
    const first = table + <usize>load<u32>(codes + at) * bytes;
    const fraction = load<f32>(fractions + at);
    if (fraction === 0) sum = f32x4.add(sum, v128.load(first));
    else {
      const below = f32x4.mul(f32x4.splat(1 - fraction), v128.load(first));
      sum = f32x4.add(sum, f32x4.add(below, f32x4.mul(f32x4.splat(fraction), v128.load(first + bytes))));
    }
  }
  return sum;
}

/** out[row] = bias + the sum of the row's features. `width` is a multiple of four. */
export function embedRows(
  codes: usize,
  fractions: usize,
  features: u32,
  rows: u32,
  table: usize,
  width: u32,
  bias: usize,
  out: usize,
): void {
  const bytes = (<usize>width) << 2;
  const featureBytes = (<usize>features) << 2;
  const blocked = bytes & ~63;
  for (let row: u32 = 0; row < rows; row++, out += bytes, codes += featureBytes, fractions += featureBytes) {
    for (let j: usize = 0; j < blocked; j += 64) {
      let s0 = v128.load(bias + j);
      let s1 = v128.load(bias + j, 16);
      let s2 = v128.load(bias + j, 32);
      let s3 = v128.load(bias + j, 48);
      for (let at: usize = 0; at < featureBytes; at += 4) {
        const first = table + j + <usize>load<u32>(codes + at) * bytes;
        const fraction = load<f32>(fractions + at);
        if (fraction === 0) {
          s0 = f32x4.add(s0, v128.load(first));
          s1 = f32x4.add(s1, v128.load(first, 16));
          s2 = f32x4.add(s2, v128.load(first, 32));
          s3 = f32x4.add(s3, v128.load(first, 48));
          continue;
        }
        const second = first + bytes;
        const share = f32x4.splat(fraction);
        const rest = f32x4.splat(1 - fraction);
        s0 = f32x4.add(s0, f32x4.add(f32x4.mul(rest, v128.load(first)), f32x4.mul(share, v128.load(second))));
        s1 = f32x4.add(s1, f32x4.add(f32x4.mul(rest, v128.load(first, 16)), f32x4.mul(share, v128.load(second, 16))));
        s2 = f32x4.add(s2, f32x4.add(f32x4.mul(rest, v128.load(first, 32)), f32x4.mul(share, v128.load(second, 32))));
        s3 = f32x4.add(s3, f32x4.add(f32x4.mul(rest, v128.load(first, 48)), f32x4.mul(share, v128.load(second, 48))));
      }
      v128.store(out + j, s0);
      v128.store(out + j, s1, 16);
      v128.store(out + j, s2, 32);
      v128.store(out + j, s3, 48);
    }
    for (let j = blocked; j < bytes; j += 16) {
      v128.store(out + j, embedFour(codes, fractions, featureBytes, table + j, bytes, bias + j));
    }
  }
}

/** Adds to tableGradient what `embedRows` gives for the gradients of its outputs. */
export function embedRowsBackward(
  codes: usize,
  fractions: usize,
  features: u32,
  rows: u32,
  gradients: usize,
  width: u32,
  tableGradient: usize,
): void {
  const bytes = (<usize>width) << 2;
  const featureBytes = (<usize>features) << 2;
  for (let row: u32 = 0; row < rows; row++, gradients += bytes, codes += featureBytes, fractions += featureBytes) {
    for (let at: usize = 0; at < featureBytes; at += 4) {
      const first = tableGradient + <usize>load<u32>(codes + at) * bytes;
      const fraction = load<f32>(fractions + at);
      if (fraction === 0) {
        for (let j: usize = 0; j < bytes; j += 16) {
          v128.store(first + j, f32x4.add(v128.load(first + j), v128.load(gradients + j)));
        }
        continue;
      }
      const second = first + bytes;
      const share = f32x4.splat(fraction);
      const rest = f32x4.splat(1 - fraction);
      for (let j: usize = 0; j < bytes; j += 16) {
        const g = v128.load(gradients + j);
        v128.store(first + j, f32x4.add(v128.load(first + j), f32x4.mul(rest, g)));
        v128.store(second + j, f32x4.add(v128.load(second + j), f32x4.mul(share, g)));
      }
    }
  }
}

/** target[i] += source[0] + … + source[i], rows of `width` numbers. */
export function addRunningSums(source: usize, rows: u32, width: u32, target: usize): void {
  const bytes = (<usize>width) << 2;
  for (let j: usize = 0; j < bytes; j += 16) {
    let sum = f32x4.splat(0);
    let at = j;
    for (let i: u32 = 0; i < rows; i++, at += bytes) {
      sum = f32x4.add(sum, v128.load(source + at));
      v128.store(target + at, f32x4.add(v128.load(target + at), sum));
    }
  }
}

/** target[i] = source[i] + … + source[rows - 1]: the gradient of what `addRunningSums` reads. */
export function tailSums(source: usize, rows: u32, width: u32, target: usize): void {
  const bytes = (<usize>width) << 2;
  for (let j: usize = 0; j < bytes; j += 16) {
    let sum = f32x4.splat(0);
    let at = j + <usize>rows * bytes;
    for (let i: u32 = 0; i < rows; i++) {
      at -= bytes;
      sum = f32x4.add(sum, v128.load(source + at));
      v128.store(target + at, sum);
    }
  }
}
