/** Search parameters of addresses: plain text, lists with commas; what is not valid is left out. */
type Raw = Readonly<Record<string, unknown>>;

export function searchText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function searchChoice<const T extends string>(value: unknown, choices: readonly T[]): T | undefined {
  return choices.find((choice) => choice === value);
}

export function searchNumber(
  value: unknown,
  { min = -Infinity, max = Infinity }: { readonly min?: number; readonly max?: number } = {},
): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && number >= min && number <= max ? number : undefined;
}

/** `?flag=1` */
export function searchFlag(value: unknown): true | undefined {
  return value === "1" || value === true ? true : undefined;
}

/** `?sel=a,b`; a comma within an item is written %2C. */
export function searchList(value: unknown): string[] | undefined {
  const items = Array.isArray(value) ? value.filter((item) => typeof item === "string") : splitList(value);
  return items.length === 0 ? undefined : items;
}

/** A name of a column, or the same with a dash before it for descending order. */
export function searchSort<const T extends string>(value: unknown, columns: readonly T[]): T | `-${T}` | undefined {
  return searchChoice(
    value,
    columns.flatMap((column) => [column, `-${column}`] as const),
  );
}

/** For the router: repeated names are not used. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

/** For the router: with "?" where there is anything. */
export function stringifySearch(search: Raw): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value === undefined || value === null || value === false || value === "") continue;
    if (!Array.isArray(value)) params.set(name, value === true ? "1" : String(value));
    else if (value.length > 0) params.set(name, joinList(value as unknown[]));
  }
  // Commas and slashes may stand in a query as they are (RFC 3986, 3.4), and are easier to read so.
  const text = params.toString().replaceAll("%2C", ",").replaceAll("%2F", "/");
  return text === "" ? "" : `?${text}`;
}

function joinList(items: readonly unknown[]): string {
  return items.map((item) => String(item).replaceAll("%", "%25").replaceAll(",", "%2C")).join(",");
}

function splitList(value: unknown): string[] {
  if (typeof value !== "string" || value === "") return [];
  return value.split(",").map((item) => item.replaceAll("%2C", ",").replaceAll("%25", "%"));
}
