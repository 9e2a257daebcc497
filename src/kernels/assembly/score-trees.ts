// Trees scored many rows at a time: 32 rows side by side, a byte each (or 16, where no more are left).
//
// 1. Every feature becomes a byte: how many of the model's own cuts lie below it, or its category.
// 2. Every distinct test of the model becomes a mask: 255 for the rows that go right. SIMD: one comparison, or one look-up
//    in tables of 16 bytes, for 16 rows.
// 3. From the leaves upwards every split takes, for each row, the leaf number that its right or its left child found.
//    Leaves are numbered from left to right, so right is larger and max(left, mask & right) chooses. Or, for few rows or
//    many leaves, every row goes down from the roots by the bits of the masks. No branch depends on a row's values.
// 4. The leaves' values are added in the order of the trees, in 64-bit floating point: the bits of a walk.
//
// place-tree-program.ts writes the program that is run here; the addresses in it are absolute. It begins with u32s, at
// 0: outputs, masks, columns of numbers and their count, columns of categories and theirs; at 24: runs of comparisons,
// their count, their cuts; at 36: runs of look-ups, their count, their tables, number of the first one's test; at 52:
// groups, their count, slots, splits; at 68: trees, numbers that a leaf adds, up to how many rows go down, end of the
// trees; at 84: nodes, addresses of the leaves' values; at 96: eight nodes, for use here.

/** Bytes of a mask, of a split's leaf numbers and of a feature's codes: one for each row of a block. */
const LANES: u32 = 32;
/** Rows of a SIMD register. */
const HALF: u32 = 16;
/** Rows that go down the trees together; their masks take as many bytes each. */
const FEW: u32 = 4;
/** Where the program keeps the leaves that a row has reached. */
const REACHED: usize = 96;
/** Bytes of a tree. */
const TREE: usize = 16;

/**
 * sums[row * outputs + output] += the values of the leaves that the row reaches; f64. `features`: rows x width, f64,
 * row-major.
 */
export function scoreTrees(program: usize, features: usize, width: u32, rows: u32, sums: usize): void {
  const rowBytes = (<usize>width) << 3;
  const sumBytes = (<usize>load<u32>(program)) << 3;
  for (let first: u32 = 0; first < rows; ) {
    const left = rows - first;
    const isFew = left <= load<u32>(program, 76);
    const count = min<u32>(isFew ? FEW : LANES, left);
    const from = features + <usize>first * rowBytes;
    const to = sums + <usize>first * sumBytes;
    codeNumbers(program, from, rowBytes, count);
    codeCategories(program, from, rowBytes, count);
    if (isFew) {
      compare(program, FEW);
      lookUp(program, FEW);
      descend(program, count, to);
    } else if (count <= HALF) {
      compare(program, HALF);
      lookUp(program, HALF);
      ascend(program, count, to);
    } else {
      compare(program, LANES);
      lookUp(program, LANES);
      ascend(program, count, to);
    }
    first += count;
  }
}

/**
 * Columns of numbers: feature, half the size of the cuts' tree in bytes, address of the cuts, address of the codes; u32
 * each. The cuts are ascending and filled up with infinity to one less than a power of two. Two rows of codes: NaN is 0
 * in the first one, 255 in the second.
 */
function codeNumbers(program: usize, features: usize, rowBytes: usize, count: u32): void {
  const columns = <usize>load<u32>(program, 8);
  const end = columns + ((<usize>load<u32>(program, 12)) << 4);
  for (let column = columns; column < end; column += 16) {
    let value = features + ((<usize>load<u32>(column)) << 3);
    const half = load<u32>(column, 4);
    const cuts = load<u32>(column, 8);
    const codes = <usize>load<u32>(column, 12);
    for (let row: usize = 0; row < <usize>count; row++) {
      const number = load<f64>(value);
      let at = cuts;
      // The comparison as a number: a branch here would be mispredicted every other time.
      for (let step = half; step != 0; step = (step >> 1) & ~7) {
        at += step & (0 - <u32>(number > load<f64>(<usize>(at + step) - 8)));
      }
      const code = (at - cuts) >> 3;
      store<u8>(codes + row, code ^ 128);
      store<u8>(codes + row, (code | (0 - <u32>(number != number))) ^ 128, 32);
      value += rowBytes;
    }
  }
}

/**
 * Columns of categories: feature, number of categories, address of the codes, unused; u32 each. A category beyond them
 * is their number, NaN one more.
 */
function codeCategories(program: usize, features: usize, rowBytes: usize, count: u32): void {
  const columns = <usize>load<u32>(program, 16);
  const end = columns + ((<usize>load<u32>(program, 20)) << 4);
  for (let column = columns; column < end; column += 16) {
    let value = features + ((<usize>load<u32>(column)) << 3);
    const categories = load<u32>(column, 4);
    const codes = <usize>load<u32>(column, 8);
    for (let row: usize = 0; row < <usize>count; row++) {
      const number = load<f64>(value);
      const code = number != number ? categories + 1 : min<u32>(toInteger(number), categories);
      store<u8>(codes + row, code);
      value += rowBytes;
    }
  }
}

/** The lowest 32 bits of the whole part, as JavaScript's `>>> 0` has them; negative numbers become large ones. */
// @ts-ignore: decorator
@inline
function toInteger(number: f64): u32 {
  if (number >= 0 && number < 4294967296) return <u32>number;
  const whole = Math.trunc(number);
  const rest = whole - Math.floor(whole * (1 / 4294967296)) * 4294967296;
  // Infinity leaves NaN.
  return rest >= 0 ? <u32>rest : 0;
}

/** Runs of comparisons with one row of codes: its address, how many; u32 each. One byte a comparison: above goes right. */
// @ts-ignore: decorator
@inline
function compare(program: usize, lanes: u32): void {
  const runs = <usize>load<u32>(program, 24);
  const end = runs + ((<usize>load<u32>(program, 28)) << 3);
  let cut = <usize>load<u32>(program, 32);
  let mask = <usize>load<u32>(program, 4);
  for (let run = runs; run < end; run += 8) {
    const codes = <usize>load<u32>(run);
    const first = v128.load(codes);
    const second = v128.load(codes, 16);
    for (const last = cut + <usize>load<u32>(run, 4); cut < last; cut++) {
      const highest = v128.load_splat<u8>(cut);
      mask = keepMask(mask, i8x16.gt_s(first, highest), i8x16.gt_s(second, highest), lanes);
    }
  }
}

/** @returns where the next mask goes */
// @ts-ignore: decorator
@inline
function keepMask(mask: usize, first: v128, second: v128, lanes: u32): usize {
  if (lanes == FEW) {
    v128.store32_lane(mask, first, 0);
    return mask + FEW;
  }
  v128.store(mask, first);
  if (lanes == LANES) v128.store(mask, second, 16);
  return mask + LANES;
}

/**
 * Runs of look-ups of one row of codes: its address, how many, bytes of each one's table (a multiple of 16), unused; u32
 * each. The tables hold 255 for codes that go right; the masks follow those of the comparisons.
 */
// @ts-ignore: decorator
@inline
function lookUp(program: usize, lanes: u32): void {
  const runs = <usize>load<u32>(program, 36);
  const end = runs + ((<usize>load<u32>(program, 40)) << 4);
  let table = <usize>load<u32>(program, 44);
  let mask = <usize>load<u32>(program, 4) + <usize>(load<u32>(program, 48) * (lanes == FEW ? FEW : LANES));
  for (let run = runs; run < end; run += 16) {
    const codes = <usize>load<u32>(run);
    const first = v128.load(codes);
    const second = v128.load(codes, 16);
    const bytes = <usize>load<u32>(run, 8);
    const last = table + <usize>load<u32>(run, 4) * bytes;
    if (bytes == 16) {
      for (; table < last; table += 16) {
        const chosen = v128.load(table);
        mask = keepMask(mask, v128.swizzle(chosen, first), v128.swizzle(chosen, second), lanes);
      }
      continue;
    }
    for (; table < last; table += bytes) {
      let a = v128.load(table);
      let b = v128.swizzle(a, second);
      a = v128.swizzle(a, first);
      // What is not in a part of the table is beyond 15 there, and finds 0.
      let x = first;
      let y = second;
      for (let part: usize = 16; part < bytes; part += 16) {
        const chosen = v128.load(table + part);
        x = i8x16.sub(x, i8x16.splat(16));
        a = v128.or(a, v128.swizzle(chosen, x));
        y = i8x16.sub(y, i8x16.splat(16));
        b = v128.or(b, v128.swizzle(chosen, y));
      }
      mask = keepMask(mask, a, b, lanes);
    }
  }
}

/**
 * From the leaves upwards. Groups of trees: how many splits into two leaves, other splits and trees; u32 each.
 * Their leaf numbers go to the slots in this order.
 */
function ascend(program: usize, count: u32, to: usize): void {
  const groups = <usize>load<u32>(program, 52);
  const end = groups + <usize>load<u32>(program, 56) * 12;
  const slots = <usize>load<u32>(program, 60);
  let splits = <usize>load<u32>(program, 64);
  let trees = <usize>load<u32>(program, 68);
  for (let group = groups; group < end; group += 12) {
    const pairs = <usize>load<u32>(group);
    const others = <usize>load<u32>(group, 4);
    const lastTree = trees + <usize>load<u32>(group, 8) * TREE;
    if (count > HALF) choose(splits, pairs, others, slots, true);
    else choose(splits, pairs, others, slots, false);
    splits += (pairs << 3) + others * 12;
    addLeaves(program, trees, lastTree, count, to);
    trees = lastTree;
  }
}

/** A split into two leaves: address of its mask, number of the left leaf. Others: addresses of mask, left, right. u32. */
// @ts-ignore: decorator
@inline
function choose(splits: usize, pairs: usize, others: usize, slots: usize, wide: bool): void {
  let split = splits;
  let slot = slots;
  for (const last = split + (pairs << 3); split < last; split += 8) {
    choosePair(split, slot, wide);
    slot += LANES;
  }
  for (const last = split + others * 12; split < last; split += 12) {
    chooseOther(split, slot, wide);
    slot += LANES;
  }
}

/** The right leaf is the next one, and a mask is 0 or -1. */
// @ts-ignore: decorator
@inline
function choosePair(split: usize, slot: usize, wide: bool): void {
  const mask = <usize>load<u32>(split);
  const left = v128.load_splat<u8>(split, 4);
  v128.store(slot, i8x16.sub(left, v128.load(mask)));
  if (wide) v128.store(slot, i8x16.sub(left, v128.load(mask, 16)), 16);
}

// @ts-ignore: decorator
@inline
function chooseOther(split: usize, slot: usize, wide: bool): void {
  const mask = <usize>load<u32>(split);
  const left = <usize>load<u32>(split, 4);
  const right = <usize>load<u32>(split, 8);
  v128.store(slot, i8x16.max_u(v128.load(left), v128.and(v128.load(mask), v128.load(right))));
  if (wide)
    v128.store(slot, i8x16.max_u(v128.load(left, 16), v128.and(v128.load(mask, 16), v128.load(right, 16))), 16);
}

/**
 * From the root downwards: eight trees at a time, so that they wait for memory together. Nodes: address of the mask,
 * address of the left child (the right one is the next node); u32 each. A leaf leads to itself.
 */
function descend(program: usize, count: u32, to: usize): void {
  const sumBytes = (<usize>load<u32>(program)) << 3;
  const end = <usize>load<u32>(program, 80);
  for (let tree = <usize>load<u32>(program, 68); tree < end; tree += 8 * TREE) {
    const last = end - TREE;
    let sums = to;
    for (let row: usize = 0; row < <usize>count; row++) {
      let a = rootOf(tree, last);
      let b = rootOf(tree + TREE, last);
      let c = rootOf(tree + 2 * TREE, last);
      let d = rootOf(tree + 3 * TREE, last);
      let e = rootOf(tree + 4 * TREE, last);
      let f = rootOf(tree + 5 * TREE, last);
      let g = rootOf(tree + 6 * TREE, last);
      let h = rootOf(tree + 7 * TREE, last);
      // Children stand behind their parents: the sum stays the same only when none moves.
      let moved: u32;
      do {
        moved = a + b + c + d + e + f + g + h;
        a = childOf(a, row);
        b = childOf(b, row);
        c = childOf(c, row);
        d = childOf(d, row);
        e = childOf(e, row);
        f = childOf(f, row);
        g = childOf(g, row);
        h = childOf(h, row);
        moved -= a + b + c + d + e + f + g + h;
      } while (moved);
      store<u32>(program, a, REACHED);
      store<u32>(program, b, REACHED + 4);
      store<u32>(program, c, REACHED + 8);
      store<u32>(program, d, REACHED + 12);
      store<u32>(program, e, REACHED + 16);
      store<u32>(program, f, REACHED + 20);
      store<u32>(program, g, REACHED + 24);
      store<u32>(program, h, REACHED + 28);
      addReached(program, tree, min(tree + 8 * TREE, end), sums);
      sums += sumBytes;
    }
  }
}

// @ts-ignore: decorator
@inline
function rootOf(tree: usize, last: usize): u32 {
  return load<u32>(min(tree, last), 12);
}

// @ts-ignore: decorator
@inline
function childOf(node: u32, row: usize): u32 {
  const mask = <usize>load<u32>(<usize>node);
  return load<u32>(<usize>node, 4) + (<u32>load<u8>(mask + row) & 8);
}

/** For every node there is the address of its values, where it is a leaf: u32. */
// @ts-ignore: decorator
@inline
function addReached(program: usize, first: usize, end: usize, sums: usize): void {
  const nodes = load<u32>(program, 84);
  const addresses = <usize>load<u32>(program, 88);
  const valueBytes = (<usize>load<u32>(program, 72)) << 3;
  let reached = program;
  for (let tree = first; tree < end; tree += TREE) {
    const node = load<u32>(reached, REACHED) - nodes;
    const values = <usize>load<u32>(addresses + <usize>(node >> 1));
    const outputs = sums + <usize>load<u32>(tree, 8);
    for (let at: usize = 0; at < valueBytes; at += 8) {
      store<f64>(outputs + at, load<f64>(outputs + at) + load<f64>(values + at));
    }
    reached += 4;
  }
}

/** Trees: addresses of the leaf numbers, of the leaves' values; output (times 8); address of the root; u32 each. */
// @ts-ignore: decorator
@inline
function addLeaves(program: usize, trees: usize, end: usize, count: u32, to: usize): void {
  const outputs = load<u32>(program);
  if (load<u32>(program, 72) == 1) {
    if (outputs == 1) addNumbers(trees, end, count, to);
    else addToOutputs(trees, end, count, outputs, to);
  } else {
    addVectors(trees, end, count, outputs, to);
  }
}

/** One output: the sums of four rows stay in registers. */
function addNumbers(trees: usize, end: usize, count: u32, to: usize): void {
  let row: usize = 0;
  let sums = to;
  for (; row + 4 <= <usize>count; row += 4) {
    let a = load<f64>(sums);
    let b = load<f64>(sums, 8);
    let c = load<f64>(sums, 16);
    let d = load<f64>(sums, 24);
    for (let tree = trees; tree < end; tree += TREE) {
      const leaves = load<u32>(<usize>load<u32>(tree) + row);
      const values = <usize>load<u32>(tree, 4);
      a += load<f64>(values + <usize>((leaves << 3) & 0x7f8));
      b += load<f64>(values + <usize>((leaves >> 5) & 0x7f8));
      c += load<f64>(values + <usize>((leaves >> 13) & 0x7f8));
      d += load<f64>(values + <usize>((leaves >> 21) & 0x7f8));
    }
    store<f64>(sums, a);
    store<f64>(sums, b, 8);
    store<f64>(sums, c, 16);
    store<f64>(sums, d, 24);
    sums += 32;
  }
  for (; row < <usize>count; row++) {
    let sum = load<f64>(sums);
    for (let tree = trees; tree < end; tree += TREE) {
      const leaf = <usize>load<u8>(<usize>load<u32>(tree) + row);
      sum += load<f64>(<usize>load<u32>(tree, 4) + (leaf << 3));
    }
    store<f64>(sums, sum);
    sums += 8;
  }
}

/** Several outputs, each tree adds to one of them. */
function addToOutputs(trees: usize, end: usize, count: u32, outputs: u32, to: usize): void {
  const sumBytes = (<usize>outputs) << 3;
  for (let tree = trees; tree < end; tree += TREE) {
    const leaves = <usize>load<u32>(tree);
    const values = <usize>load<u32>(tree, 4);
    let sums = to + <usize>load<u32>(tree, 8);
    for (let row: usize = 0; row < <usize>count; row++) {
      const leaf = <usize>load<u8>(leaves + row);
      store<f64>(sums, load<f64>(sums) + load<f64>(values + (leaf << 3)));
      sums += sumBytes;
    }
  }
}

/** Each tree adds a number to every output. */
function addVectors(trees: usize, end: usize, count: u32, outputs: u32, to: usize): void {
  const sumBytes = (<usize>outputs) << 3;
  for (let tree = trees; tree < end; tree += TREE) {
    const leaves = <usize>load<u32>(tree);
    const values = <usize>load<u32>(tree, 4);
    let sums = to;
    for (let row: usize = 0; row < <usize>count; row++) {
      const leaf = values + <usize>load<u8>(leaves + row) * sumBytes;
      let at: usize = 0;
      for (; at + 16 <= sumBytes; at += 16) {
        v128.store(sums + at, f64x2.add(v128.load(sums + at), v128.load(leaf + at)));
      }
      if (at < sumBytes) store<f64>(sums + at, load<f64>(sums + at) + load<f64>(leaf + at));
      sums += sumBytes;
    }
  }
}
