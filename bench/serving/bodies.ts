/** Files of requests and of the answers to them, for the load generator: one a line, of other rows each. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bank } from "./bank.ts";
import type { ServingContender } from "./contender.ts";

/** Bodies of `size` rows, as many as bank has rows for, up to 500. @returns the path of the file */
export function bodiesFile({ wire, name }: ServingContender, bank: Bank, size: number): string {
  const bodies = blocksOf(bank.rows, size).map((rows) => wire.body(rows, bank.columns));
  return writeLines(bank, `${name}-${size}-bodies`, bodies);
}

/** What our endpoints answer to them, to the byte. @returns the path of the file */
export function answersFile(bank: Bank, size: number): string {
  const answers = blocksOf(bank.expected, size).map((result) => JSON.stringify({ result }));
  return writeLines(bank, `slipway-${size}-answers`, answers);
}

function writeLines({ folder }: Bank, name: string, lines: readonly string[]): string {
  const below = join(folder, "requests");
  mkdirSync(below, { recursive: true });
  const file = join(below, `${name.replaceAll(/\W+/g, "-")}.txt`);
  writeFileSync(file, lines.join("\n"));
  return file;
}

const mostBlocks = 500;

function blocksOf<T>(values: readonly T[], size: number): (readonly T[])[] {
  const blocks = Math.min(mostBlocks, Math.floor(values.length / size));
  return Array.from({ length: blocks }, (_, block) => values.slice(block * size, (block + 1) * size));
}
