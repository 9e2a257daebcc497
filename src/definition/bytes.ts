const units: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** Bytes of a number of them, or of "512 MB" (millions) or "2 GiB" (of 1,024³); null for what is no positive amount. */
export function parseBytes(amount: number | string): number | null {
  const written = typeof amount === "number" ? null : /^(\d{1,15}(?:\.\d{1,9})?) ?([kmgt]?i?b)$/i.exec(amount.trim());
  const [, digits = "", unit = ""] = written ?? [];
  const bytes = typeof amount === "number" ? amount : Number(digits) * (units[unit.toLowerCase()] ?? Number.NaN);
  return Number.isFinite(bytes) && bytes >= 1 && bytes <= Number.MAX_SAFE_INTEGER ? Math.floor(bytes) : null;
}
