/** Values of options, checked before anything runs. */
import { accessSync, constants, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { SlipwayError, type Table, nearest } from "../base/index.ts";

type Options = Readonly<Record<string, string>>;

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly whole?: true;
}

/** @throws SLW_CLI_VALUE where the option is no number of the range */
export function numberOption(options: Options, name: string, range: NumberRange): number | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  const kind = range.whole ? "a whole number" : "a number";
  if (!(value >= range.min && value <= range.max) || (range.whole && !Number.isInteger(value)))
    throw new SlipwayError(
      "SLW_CLI_VALUE",
      `--${name} must be ${kind} from ${range.min} to ${range.max}, got "${text}".`,
      {
        fix: `Give --${name} a value from ${range.min} to ${range.max}.`,
        details: { option: name, value: text, ...range },
      },
    );
  return value;
}

/** @throws SLW_CLI_VALUE where the option is none of the choices */
export function choiceOption<T extends string>(options: Options, name: string, choices: readonly T[]): T | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === text);
  if (choice !== undefined) return choice;
  const near = nearest(text, choices);
  throw new SlipwayError("SLW_CLI_VALUE", `--${name} must be ${list(choices, "or")}, got "${text}".`, {
    fix: near ? `Did you mean --${name} ${near}?` : `Give --${name} one of these: ${choices.join(", ")}.`,
    details: { option: name, value: text, choices, nearest: near },
  });
}

/** "A,B" as ["A", "B"]. */
export function listOption(options: Options, name: string): string[] | undefined {
  const names = options[name]?.split(",").map((part) => part.trim());
  if (names?.some((part) => part === ""))
    throw new SlipwayError("SLW_CLI_VALUE", `--${name} has an empty name in "${options[name]}".`, {
      fix: `Separate the names by single commas: --${name} A,B`,
    });
  return names;
}

/** @throws SLW_CLI_OUTPUT where no file can be put at `path`; checked before the work, not after it */
export function checkWritable(path: string): void {
  const folder = dirname(resolve(path));
  let problem: string | null = null;
  try {
    if (!statSync(folder).isDirectory()) problem = `${folder} is not a folder`;
    else accessSync(folder, constants.W_OK);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) problem = `${path} is a folder`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    problem = code === "ENOENT" ? `the folder ${folder} does not exist` : `the folder ${folder} does not let you write`;
  }
  if (problem) throw new SlipwayError("SLW_CLI_OUTPUT", `Cannot write ${path}: ${problem}.`, { details: { path } });
}

/** @throws SLW_CLI_COLUMN, naming the column that was probably meant */
export function checkColumn(table: Table, file: string, option: string, name: string): void {
  const names = table.columns.map((column) => column.name);
  if (names.includes(name)) return;
  const near = nearest(name, names);
  const some = names.length > 12 ? `${names.slice(0, 12).join(", ")} and ${names.length - 12} more` : names.join(", ");
  throw new SlipwayError("SLW_CLI_COLUMN", `${file} has no column "${name}" (${option}).`, {
    fix: near ? `Did you mean ${option} ${quoted(near)}? The columns are: ${some}.` : `The columns are: ${some}.`,
    details: { column: name, nearest: near, columns: names },
  });
}

/** A file or column name as a shell takes it. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function list(words: readonly string[], conjunction: "and" | "or"): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${conjunction} ${words.at(-1)}`;
}
