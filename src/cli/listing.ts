/** Lists of a server as a table for people or as JSON for programs. */
import type { Invocation } from "./command.ts";
import { table, type Column } from "./text.ts";

/** Items of all pages that one command prints at most. */
export const listingLimit = 200;

/**
 * @param empty what to say where there is nothing
 * @param cells of an item, one for each column
 */
export async function printListing<Item>(
  { options, output, write }: Pick<Invocation, "options" | "output" | "write">,
  page: { readonly items: readonly Item[]; readonly nextCursor?: string },
  columns: readonly Column[],
  cells: (item: Item) => string[],
  empty: string,
): Promise<void> {
  if ("json" in options) return void (await write(`${JSON.stringify(page)}\n`));
  if (page.items.length === 0) return output.line(empty);
  const [header = "", ...lines] = table(columns, page.items.map(cells), output.width);
  output.line(output.bold(header));
  for (const line of lines) output.line(line);
  if (page.nextCursor !== undefined) output.line(output.dim(`There are more than these ${page.items.length}.`));
}

/** "2026-11-21 09:15" in the reader's time zone; "–" for never. */
export function shortTime(text: string | null): string {
  if (text === null) return "–";
  const time = new Date(text);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
