import { SlipwayError } from "../../base/index.ts";
import type { ReadOptions } from "../read-options.ts";
import { chooseHeader } from "./header.ts";
import { readNumber } from "./number.ts";
import { readDateTime } from "./datetime.ts";
import { splitSample, type Split } from "./split-sample.ts";

/** How the text is divided, and where its rows begin. */
export interface CsvLayout {
  readonly delimiter: string;
  readonly quote: string;
  readonly decimal: "." | ",";
  readonly header: boolean;
  /** Column names, trimmed; column_1 … without a header. */
  readonly names: readonly string[];
  /** UTF-8 bytes and lines before the first row of data. */
  readonly dataOffset: number;
  readonly dataLine: number;
  readonly warnings: readonly string[];
}

const delimiters = [",", ";", "\t", "|"];
const sampleRecords = 500;

/**
 * Finds the dialect from the beginning of the text: the delimiter and quote under which all of the sample splits into
 * rows of one width, the most of its values being single numbers, dates or words. `complete`: the sample is the whole text.
 */
export function findLayout(
  file: string,
  sample: string,
  complete: boolean,
  isNull: (text: string) => boolean,
  options: Pick<ReadOptions, "delimiter" | "header" | "types" | "asWritten">,
): CsvLayout | "more" {
  const candidates = splitAll(sample, complete, options.delimiter);
  const best = choose(candidates, isNull);
  if (best.split.records.length < 2 && !complete && !best.split.problem) return "more";
  if (best.split.records.length === 0) {
    throw best.split.problem ? quoteFault(file, best.split.problem, best.quote) : emptyFile(file);
  }
  const { records } = best.split;
  const rows = records.slice(options.header === false ? 0 : 1).map((record) => record.fields);
  const decimal = findDecimal(rows, best.delimiter, isNull);
  const chosen = chooseHeader(records, decimal.decimal, isNull, options);
  const first = records[0]!;
  const names = chosen.header
    ? checkNames(file, first.fields, first.line)
    : first.fields.map((_, index) => `column_${index + 1}`);
  return {
    delimiter: best.delimiter,
    quote: best.quote,
    decimal: decimal.decimal,
    header: chosen.header,
    names,
    dataOffset: chosen.header ? Buffer.byteLength(sample.slice(0, first.end)) : 0,
    dataLine: chosen.header ? first.nextLine : 1,
    warnings: [...decimal.warnings, ...chosen.warnings],
  };
}

interface Candidate {
  readonly delimiter: string;
  readonly quote: string;
  readonly split: Split;
  /** The most frequent number of fields, and the share of records that have it. */
  readonly width: number;
  readonly share: number;
}

function splitAll(sample: string, complete: boolean, delimiter: string | undefined): Candidate[] {
  const candidates: Candidate[] = [];
  // Single quotes count as quotes only in a text without double ones: apostrophes are common, such files are rare.
  const quotes = sample.includes("'") && !sample.includes('"') ? ['"', "'"] : ['"'];
  for (const quote of quotes) {
    for (const candidate of delimiter === undefined ? delimiters : [delimiter]) {
      const split = splitSample(sample, candidate, quote, sampleRecords, complete);
      candidates.push({ delimiter: candidate, quote, split, ...commonWidth(split) });
    }
  }
  return candidates;
}

function commonWidth(split: Split): { width: number; share: number } {
  const counts = new Map<number, number>();
  for (const { fields } of split.records) counts.set(fields.length, (counts.get(fields.length) ?? 0) + 1);
  let width = 0;
  let most = 0;
  for (const [fields, count] of counts)
    if (count > most || (count === most && fields > width)) [width, most] = [fields, count];
  return { width, share: split.records.length === 0 ? 0 : most / split.records.length };
}

function choose(candidates: readonly Candidate[], isNull: (text: string) => boolean): Candidate {
  const wide = candidates.filter((candidate) => candidate.width > 1);
  const clean = wide.filter((candidate) => candidate.share === 1 && !candidate.split.problem);
  const apostrophes = clean.filter((c) => c.quote === "'" && c.split.records.some((record) => record.quoted));
  if (apostrophes.length > 0) return bestBy(apostrophes, (candidate) => cleanShare(candidate, isNull));
  const doubles = clean.filter((candidate) => candidate.quote === '"');
  if (doubles.length > 0) return bestBy(doubles, (candidate) => cleanShare(candidate, isNull));
  const rest = wide.filter((candidate) => candidate.quote === '"');
  // Nothing fits: take what fits best, so that the strict reader names the line that does not.
  if (rest.length > 0) return bestBy(rest, (c) => c.share - (c.split.problem ? 0.5 : 0));
  return candidates[0]!;
}

/** The highest score; of equals the most columns, then the first. */
function bestBy(candidates: readonly Candidate[], score: (candidate: Candidate) => number): Candidate {
  const scored = candidates.map((candidate) => ({ candidate, score: score(candidate) }));
  return scored.reduce((best, next) => {
    if (next.score !== best.score) return next.score > best.score ? next : best;
    return next.candidate.width > best.candidate.width ? next : best;
  }).candidate;
}

/** Share of values that are null, a number, a date, quoted, or text without another candidate's delimiter in it. */
function cleanShare(candidate: Candidate, isNull: (text: string) => boolean): number {
  let clean = 0;
  let all = 0;
  for (const record of candidate.split.records) {
    for (const field of record.fields) {
      all++;
      const text = field.trim();
      const plain = record.quoted || !delimiters.some((d) => d !== candidate.delimiter && text.includes(d));
      const number = candidate.delimiter !== "," && Number.isFinite(readNumber(text, ","));
      if (plain || number || isNull(text) || readDateTime(text)) clean++;
    }
  }
  return clean / all;
}

/**
 * Decimal comma: where a whole column of the sample reads as numbers only with it. "1,234" alone does not prove it,
 * for that may be a thousands separator.
 */
function findDecimal(
  rows: readonly (readonly string[])[],
  delimiter: string,
  isNull: (text: string) => boolean,
): { decimal: "." | ","; warnings: string[] } {
  if (delimiter === ",") return { decimal: ".", warnings: [] };
  let commas = 0;
  let points = 0;
  for (let column = 0; column < (rows[0]?.length ?? 0); column++) {
    const texts = rows.map((row) => (row[column] ?? "").trim()).filter((text) => !isNull(text));
    if (texts.some((text) => text.includes(",")) && texts.every((text) => Number.isFinite(readNumber(text, ",")))) {
      if (texts.some(isDecimalComma)) commas++;
    } else if (
      texts.some((text) => text.includes(".")) &&
      texts.every((text) => Number.isFinite(readNumber(text, ".")))
    ) {
      points++;
    }
  }
  if (commas === 0) return { decimal: ".", warnings: [] };
  const decimal = commas >= points ? "," : ".";
  if (points === 0) return { decimal, warnings: [] };
  const other = decimal === "," ? "point" : "comma";
  return {
    decimal,
    warnings: [`Some columns have a decimal comma and some a decimal point; those with a ${other} are read as text.`],
  };
}

/** A number with a comma that cannot be a thousands separator: "1,5", "0,125", "12345,678". */
export function isDecimalComma(text: string): boolean {
  return text.includes(",") && Number.isFinite(readNumber(text, ",")) && !/^[+-]?[1-9]\d{0,2},\d{3}$/.test(text);
}

function checkNames(file: string, fields: readonly string[], line: number): string[] {
  const names = fields.map((field) => field.trim());
  const seen = new Map<string, number>();
  names.forEach((name, index) => {
    if (name === "") {
      throw new SlipwayError("SLW_DATA_HEADER_EMPTY", `${file}, line ${line}: column ${index + 1} has no name.`, {
        details: { file, line, column: index + 1 },
      });
    }
    const earlier = seen.get(name);
    if (earlier !== undefined) {
      throw new SlipwayError(
        "SLW_DATA_HEADER_DUPLICATE",
        `${file}, line ${line}: columns ${earlier + 1} and ${index + 1} are both named ${JSON.stringify(name)}.`,
        { details: { file, line, column: name, positions: [earlier + 1, index + 1] } },
      );
    }
    seen.set(name, index);
  });
  return names;
}

export function quoteFault(
  file: string,
  at: { line: number; column: number | string; quote: "bare" | "after" | "unclosed" },
  quote: string,
): SlipwayError {
  const what = {
    bare: `a ${quote} stands inside a value that does not begin with one`,
    after: `the value goes on after its closing ${quote}`,
    unclosed: `a ${quote} is opened and never closed`,
  }[at.quote];
  const column = typeof at.column === "number" ? `column ${at.column}` : `column ${JSON.stringify(at.column)}`;
  return new SlipwayError("SLW_DATA_QUOTE", `${file}, line ${at.line}, ${column}: ${what}.`, {
    details: { file, line: at.line, column: at.column, problem: at.quote },
  });
}

export function emptyFile(file: string): SlipwayError {
  return new SlipwayError("SLW_DATA_EMPTY", `${file} is empty.`, { details: { file } });
}
