/** Reading one field of a model file's header: each function gives the value in its type or refuses it by its path. */
import { SlipwayError } from "../base/index.ts";

export function invalidModel(path: string, expected: string, got: unknown): SlipwayError {
  // Not JSON.stringify: a hostile header may be nested too deep for it.
  const shown = Array.isArray(got) ? "a list" : typeof got === "object" && got !== null ? "an object" : String(got);
  const short = shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
  return new SlipwayError("SLW_MODEL_INVALID", `The model's ${path}: expected ${expected}, got ${short}.`, {
    details: { path, expected, got: short },
  });
}

/** A plain object with exactly these keys. A key that this version does not know is refused, `__proto__` among them. */
export function readObject<K extends string>(value: unknown, path: string, keys: readonly K[]): Record<K, unknown> {
  const object = readRecord(value, path);
  for (const key of Object.keys(object)) {
    if (!(keys as readonly string[]).includes(key)) throw invalidModel(path, `no key "${key}"`, key);
  }
  for (const key of keys) {
    if (!Object.hasOwn(object, key)) throw invalidModel(`${path}.${key}`, "a value", "nothing");
  }
  return object as Record<K, unknown>;
}

/** A plain object with any keys but `__proto__`. */
export function readRecord(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalidModel(path, "an object", value);
  if (Object.hasOwn(value, "__proto__")) throw invalidModel(path, "no key __proto__", "__proto__");
  return value as Record<string, unknown>;
}

export function readList<T>(value: unknown, path: string, read: (item: unknown, path: string) => T): T[] {
  if (!Array.isArray(value)) throw invalidModel(path, "a list", value);
  return value.map((item, i) => read(item, `${path}[${i}]`));
}

export function readText(value: unknown, path: string): string {
  if (typeof value !== "string") throw invalidModel(path, "text", value);
  return value;
}

export function readBoolean(value: unknown, path: string): boolean {
  if (typeof value !== "boolean") throw invalidModel(path, "true or false", value);
  return value;
}

export function readFinite(value: unknown, path: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw invalidModel(path, "a finite number", value);
  return value;
}

/** A whole number from `low` to `high`, both included. */
export function readInteger(value: unknown, path: string, low: number, high = Number.MAX_SAFE_INTEGER): number {
  if (!Number.isSafeInteger(value) || (value as number) < low || (value as number) > high) {
    const upper = high === Number.MAX_SAFE_INTEGER ? "" : ` to ${high}`;
    throw invalidModel(path, `a whole number from ${low}${upper}`, value);
  }
  return value as number;
}

export function readOneOf<T extends string>(value: unknown, path: string, allowed: readonly T[]): T {
  if (!(allowed as readonly unknown[]).includes(value)) throw invalidModel(path, `one of ${allowed.join(", ")}`, value);
  return value as T;
}

/** @throws SLW_MODEL_INVALID naming the first item that is there twice. */
export function requireDistinct(items: readonly unknown[], path: string): void {
  const seen = new Set<unknown>();
  for (const item of items) {
    if (seen.has(item)) throw invalidModel(path, "distinct values", `${String(item)} twice`);
    seen.add(item);
  }
}

/** Any JSON value, nested at most 32 deep, without `__proto__`. */
export function readJson(value: unknown, path: string, depth = 0): unknown {
  if (depth > 32) throw invalidModel(path, "at most 32 levels", "more");
  if (Array.isArray(value)) value.forEach((item, i) => readJson(item, `${path}[${i}]`, depth + 1));
  else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(readRecord(value, path))) readJson(item, `${path}.${key}`, depth + 1);
  }
  return value;
}
