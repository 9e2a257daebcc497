/**
 * Which deployment answers a request: by counting, so that 90 and 10 percent are 90 and 10 of every 100 requests, spread
 * evenly among them.
 */

/** @param shares whole, of a hundred. @returns the next index, -1 where all shares are 0 */
export function createTraffic(shares: readonly number[]): () => number {
  const schedule = spread(shares);
  let next = 0;
  if (schedule.length === 0) return () => -1;
  return () => {
    const index = schedule[next] as number;
    next = next + 1 === schedule.length ? 0 : next + 1;
    return index;
  };
}

/** Smooth weighted round-robin, as nginx has it: whoever is most behind its share comes next. */
function spread(shares: readonly number[]): number[] {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const behind = shares.map(() => 0);
  return Array.from({ length: total }, () => {
    let most = 0;
    for (let i = 0; i < shares.length; i++) {
      behind[i] = (behind[i] as number) + (shares[i] as number);
      if ((behind[i] as number) > (behind[most] as number)) most = i;
    }
    behind[most] = (behind[most] as number) - total;
    return most;
  });
}

/** @param percent 0 to 100. @returns true for that share of the calls */
export function createShare(percent: number): () => boolean {
  let sum = 0;
  return () => {
    sum += percent;
    if (sum < 100) return false;
    sum -= 100;
    return true;
  };
}
