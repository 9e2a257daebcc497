// A team of threads that work on one training: each takes its share of the rows, then all wait for the last.
//
// The results do not depend on the size of the team: sums are of whole numbers, shares are put together in order.

import { addToRows, logisticGradients, packGradients, softmax, softmaxGradients, squaredGradients } from "./gradients";
import { harvest, histogram, subtract } from "./histogram";
import { joinShare, partitionShare } from "./partition";
import { walk } from "./walk";

// The control block, u32 each: generation (changes with each job), members that are done, job, size, arguments.
// @ts-ignore: decorator
@inline
const GENERATION: usize = 0;
// @ts-ignore: decorator
@inline
const DONE: usize = 4;
// @ts-ignore: decorator
@inline
const JOB: usize = 8;
// @ts-ignore: decorator
@inline
const SIZE: usize = 12;
// @ts-ignore: decorator
@inline
const ARGUMENTS: usize = 16;

/** Looks at memory this often before it sleeps: some tens of microseconds, longer than most waits. */
const SPINS: u32 = 20_000;

/** A member's whole life: does its share of every job until job 0. `index` from 1. */
export function assist(control: usize, index: u32): void {
  let seen: i32 = 0;
  while (true) {
    seen = waitWhile(control + GENERATION, seen);
    if (load<u32>(control, JOB) == 0) return;
    work(control, index);
    atomic.add<i32>(control + DONE, 1);
    atomic.notify(control + DONE, 1);
  }
}

/** Does the job in the control block together with all members. */
export function lead(control: usize): void {
  const others = load<i32>(control, SIZE) - 1;
  atomic.store<i32>(control + DONE, 0);
  announce(control);
  work(control, 0);
  let done = atomic.load<i32>(control + DONE);
  while (done < others) done = waitWhile(control + DONE, done);
}

/** Sends the members home. */
export function dismiss(control: usize): void {
  store<u32>(control, 0, JOB);
  announce(control);
}

function announce(control: usize): void {
  atomic.add<i32>(control + GENERATION, 1);
  atomic.notify(control + GENERATION, -1);
}

/** Returns the value at `address` once it is not `value`. */
function waitWhile(address: usize, value: i32): i32 {
  for (let i: u32 = 0; i < SPINS; i++) {
    const now = atomic.load<i32>(address);
    if (now != value) return now;
  }
  while (atomic.load<i32>(address) == value) atomic.wait<i32>(address, value, -1);
  return atomic.load<i32>(address);
}

// @ts-ignore: decorator
@inline
function argument(control: usize, position: usize): u32 {
  return load<u32>(control + ARGUMENTS + (position << 2));
}

// @ts-ignore: decorator
@inline
function scale(control: usize, position: usize): f32 {
  return load<f32>(control + ARGUMENTS + (position << 2));
}

/** Where member `index`'s share of `count` begins; shares begin at multiples of 32. */
function shareStart(control: usize, count: u32, index: u32): u32 {
  const size = load<u32>(control, SIZE);
  if (index >= size) return count;
  return (<u32>((<u64>count * <u64>index) / <u64>size)) & ~31;
}

// The jobs' numbers and arguments are those of team.ts on the TypeScript side.
function work(control: usize, index: u32): void {
  const job = load<u32>(control, JOB);
  const count = argument(control, 0);
  const first = shareStart(control, count, index);
  const end = shareStart(control, count, index + 1);
  const a = argument(control, 1);
  const b = argument(control, 2);
  const c = argument(control, 3);
  const d = argument(control, 4);
  const e = argument(control, 5);
  const rows = <usize>a + ((<usize>first) << 2);
  if (job == 1) {
    const part = <usize>argument(control, 6) + <usize>index * <usize>argument(control, 7);
    histogram(b, c, d, rows, end - first, e, part);
  } else if (job == 2) {
    const left = partitionShare(rows, end - first, b, c, <usize>d + ((<usize>first) << 2));
    store<u32>(<usize>e + ((<usize>index) << 2), left);
  } else if (job == 3) walk(b, rows, end - first, c, d, e);
  else if (job == 4) addToRows(b, rows, end - first, load<f64>(control + ARGUMENTS + 16));
  else if (job == 5) logisticGradients(a, b, c, first, end, d, scale(control, 5), scale(control, 6), argument(control, 7));
  else if (job == 6) softmax(a, b, c, first, end, d);
  else if (job == 7) {
    const gradientScale = scale(control, 7);
    const hessianScale = scale(control, 8);
    const packed = argument(control, 9);
    softmaxGradients(a, b, c, scale(control, 4), scale(control, 5), first, end, argument(control, 6), gradientScale, hessianScale, packed);
  } else if (job == 8) packGradients(a, b, first, end, c, scale(control, 4), scale(control, 5), argument(control, 6));
  else if (job == 9) squaredGradients(a, b, c, first, end, d);
  else if (job == 10) join(control, index, count, a, b, c);
  else if (job == 11) harvest(a, b, c, d, first, end, e);
  else if (job == 12) subtract(<usize>a + ((<usize>first) << 3), <usize>b + ((<usize>first) << 3), end - first);
}

/** The second half of a partition: `counts` holds how many rows of each share go left. */
function join(control: usize, index: u32, count: u32, rows: usize, spare: usize, counts: usize): void {
  let left: u32 = 0;
  let mine: u32 = 0;
  let before: u32 = 0;
  for (let member: u32 = 0; member < load<u32>(control, SIZE); member++) {
    mine = load<u32>(counts + ((<usize>member) << 2));
    if (member < index) before += mine;
    left += mine;
  }
  mine = load<u32>(counts + ((<usize>index) << 2));
  const first = shareStart(control, count, index);
  const size = shareStart(control, count, index + 1) - first;
  const right = left + first - before;
  joinShare(spare + ((<usize>first) << 2), size, mine, rows + ((<usize>before) << 2), rows + ((<usize>right) << 2));
}
