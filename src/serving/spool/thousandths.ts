/** "0.012" of 0.0123: three digits behind the point, for a third of what the shortest text of such a number costs. */
export function thousandths(value: number): string {
  const all = Math.round(value * 1000);
  const rest = all % 1000;
  return `${(all - rest) / 1000}.${rest < 10 ? "00" : rest < 100 ? "0" : ""}${rest}`;
}
