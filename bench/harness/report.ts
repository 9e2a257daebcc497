/** Prints what was measured: tables for people, or one line of JSON with all digits. */
import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";
import { slipwayVersion } from "../../src/base/index.ts";

type Cell = string | number | null;
type Row = Readonly<Record<string, Cell>>;

export interface ReportColumn {
  /** Key in the rows. */
  readonly key: string;
  /** With its unit. */
  readonly title: string;
  /** Digits after the point that people are shown. */
  readonly digits?: number;
}

export interface Report {
  /** A sentence for people. */
  line(text?: string): void;
  /** Versions of what is measured beside us. */
  versions(versions: Readonly<Record<string, string>>): void;
  table(name: string, columns: readonly ReportColumn[], rows: readonly Row[]): void;
  /** Prints the JSON where it was asked for. */
  finish(): void;
}

export function createReport(benchmark: string, json: boolean): Report {
  const machine: Record<string, string | number> = describeMachine();
  const tables: Record<string, readonly Row[]> = {};
  const line = (text = ""): void => (json ? console.error(text) : console.log(text));
  line(
    Object.entries(machine)
      .map(([name, value]) => `${name} ${value}`)
      .join(" · "),
  );
  if (loadavg()[0] > availableParallelism() / 2)
    line("This machine is busy: compare rows with each other, do not quote seconds.");
  return {
    line,
    versions(versions) {
      if (Object.entries(versions).every(([name, version]) => machine[name] === version)) return;
      Object.assign(machine, versions);
      line(
        Object.entries(versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(" · "),
      );
    },
    table(name, columns, rows) {
      tables[name] = rows;
      line(`\n${name}`);
      for (const text of layOut(columns, rows)) line(text);
    },
    finish() {
      if (json) console.log(JSON.stringify({ benchmark, machine, tables }));
    },
  };
}

function describeMachine(): Record<string, string | number> {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    "memory GiB": Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()} ${arch()}`,
    node: process.versions.node,
    slipway: slipwayVersion(),
    "load before": Number(loadavg()[0].toFixed(2)),
  };
}

function layOut(columns: readonly ReportColumn[], rows: readonly Row[]): string[] {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => columns.map((column) => show(column, row)))];
  const widths = columns.map((_, c) => Math.max(...lines.map((cells) => cells[c].length)));
  const isText = columns.map(({ key }) => rows.every((row) => typeof row[key] === "string"));
  return lines.map((cells) =>
    cells
      .map((cell, c) => (isText[c] ? cell.padEnd(widths[c]) : cell.padStart(widths[c])))
      .join("  ")
      .trimEnd(),
  );
}

function show({ key, digits = 0 }: ReportColumn, row: Row): string {
  const value = row[key];
  if (typeof value === "string") return value;
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  return value.toFixed(digits);
}

/** Bytes as MiB; null stays null. */
export function mebibytes(bytes: number | null): number | null {
  return bytes === null ? null : bytes / 2 ** 20;
}
