/** Shares of the requests: whole percentages that are 100 together. */
export type Shares = Readonly<Record<string, number>>;

/**
 * Gives one deployment a share; the others keep the rest in their proportions, or evenly where they had none.
 * @returns whole numbers that are 100 together; a lone deployment keeps all
 */
export function withShare(shares: Shares, name: string, percent: number): Record<string, number> {
  const others = Object.keys(shares).filter((other) => other !== name);
  if (others.length === 0) return { [name]: 100 };
  const given = Math.min(100, Math.max(0, Math.round(percent)));
  const had = others.map((other) => shares[other] ?? 0);
  const sum = had.reduce((total, share) => total + share, 0);
  const parts = apportion(
    100 - given,
    had.map((share) => (sum > 0 ? share / sum : 1 / others.length)),
  );
  return Object.fromEntries(
    Object.keys(shares).map((each) => [each, each === name ? given : (parts[others.indexOf(each)] ?? 0)]),
  );
}

/** Whole numbers nearest to the proportions that are `total` together: the largest remainders get what is left. */
function apportion(total: number, proportions: readonly number[]): number[] {
  const exact = proportions.map((share) => share * total);
  const parts = exact.map(Math.floor);
  const left = total - parts.reduce((sum, part) => sum + part, 0);
  const byRemainder = exact
    .map((share, index) => [share - Math.floor(share), index] as const)
    .toSorted((a, b) => b[0] - a[0]);
  for (const [, index] of byRemainder.slice(0, Math.round(left))) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
}

/** "blue=90,green=10", as the command takes it. */
export function sharesText(shares: Shares): string {
  return Object.entries(shares)
    .map(([name, share]) => `${name}=${share}`)
    .join(",");
}
