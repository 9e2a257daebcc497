/** Numbers as they are typed, stepped and kept within their limits. */
interface Limits {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** @returns null for nothing, undefined for what is no number (yet); commas between thousands may be typed */
export function numberOf(text: string): number | null | undefined {
  const plain = text.replaceAll(",", "").trim();
  if (plain === "") return null;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return undefined;
  const number = Number(plain);
  return Number.isFinite(number) ? number : undefined;
}

export function within(value: number, { min = -Infinity, max = Infinity }: Limits): number {
  return Math.min(max, Math.max(min, value));
}

/** Steps from a value, or from the least that is allowed where there is none, without the dust of binary fractions. */
export function stepped(
  value: number | null,
  steps: number,
  { step, ...limits }: Limits & { readonly step: number },
): number {
  if (value === null) return within(Math.max(0, limits.min ?? 0), limits);
  return within(Number((value + steps * step).toPrecision(14)), limits);
}
