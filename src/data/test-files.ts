/** For the tests of this folder: files written for one test, and columns as plain values. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Column, Table } from "../base/index.ts";

/** A folder that is removed after the test file (`afterAll` is vitest's); returns a function that writes a file into it. */
export function createTestFolder(afterAll: (cleanUp: () => void) => void): {
  path: string;
  write(name: string, content: string | Uint8Array): string;
} {
  const path = mkdtempSync(join(tmpdir(), "slipway-data-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      writeFileSync(file, content);
      return file;
    },
  };
}

export type PlainValue = string | number | null;

/** Values by column name; dates as ISO 8601 with the prefix "@", so that a text is never taken for one. */
export function plainTable(table: Table): Record<string, PlainValue[]> {
  return Object.fromEntries(table.columns.map((column) => [column.name, plainColumn(column)]));
}

function plainColumn(column: Column): PlainValue[] {
  if (column.type === "string") {
    return Array.from(column.codes, (code) => (code < 0 ? null : column.categories[code]!));
  }
  return Array.from(column.values, (value) => {
    if (Number.isNaN(value)) return null;
    return column.type === "datetime" ? `@${new Date(value).toISOString()}` : value;
  });
}
