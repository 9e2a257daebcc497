/** Values of options, checked before anything runs. */
import { accessSync, constants, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { SlipwayError, type Table, nearest } from "../base/index.ts";

/** Values of the options that were given, by name; a switch is "true". */
export type CommandLineOptions = Readonly<Record<string, string>>;

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly whole?: true;
}

/** @throws SLW_CLI_VALUE where the option is no number of the range */
export function numberOption(options: CommandLineOptions, name: string, range: NumberRange): number | undefined {
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

/** Bytes: the units that free and docker take, which count in 1024. */
const sizeUnits: Readonly<Record<string, number>> = { m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** "512M", "4G", "1.5GiB" as bytes. @throws SLW_CLI_VALUE where the option is no size, or less than `min` bytes */
export function sizeOption(options: CommandLineOptions, name: string, min: number): number | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  const [, number = "", unit = ""] = /^(\d{1,6}(?:\.\d{1,3})?)\s*([mgt])(?:i?b)?$/i.exec(text) ?? [];
  const size = Math.floor(Number(number) * (sizeUnits[unit.toLowerCase()] ?? NaN));
  if (size >= min) return size;
  const least = `${Math.ceil(min / 2 ** 20)}M`;
  throw new SlipwayError("SLW_CLI_VALUE", `--${name} must be a size from ${least} on, such as 4G, got "${text}".`, {
    fix: `Give a number and M, G or T: --${name} 4G`,
    details: { option: name, value: text, min },
  });
}

/** @throws SLW_CLI_VALUE where the option is none of the choices */
export function choiceOption<T extends string>(
  options: CommandLineOptions,
  name: string,
  choices: readonly T[],
): T | undefined {
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
export function listOption(options: CommandLineOptions, name: string): string[] | undefined {
  const names = options[name]?.split(",").map((part) => part.trim());
  if (names?.some((part) => part === ""))
    throw new SlipwayError("SLW_CLI_VALUE", `--${name} has an empty name in "${options[name]}".`, {
      fix: `Separate the names by single commas: --${name} A,B`,
    });
  return names;
}

/**
 * "A=x,B=y" as { A: "x", B: "y" }; what stands before the last = is the name.
 * @throws SLW_CLI_VALUE where a pair has no =, a name is there twice, or a value is none of the choices
 */
export function pairsOption<T extends string>(
  options: CommandLineOptions,
  name: string,
  choices: readonly T[],
): Record<string, T> | undefined {
  const parts = listOption(options, name);
  if (!parts) return undefined;
  const pairs: Record<string, T> = {};
  for (const part of parts) {
    const at = part.lastIndexOf("=");
    const key = part.slice(0, at).trim();
    if (at < 1 || key === "" || Object.hasOwn(pairs, key))
      throw new SlipwayError(
        "SLW_CLI_VALUE",
        `--${name} needs each column once, as COLUMN=${choices[0]}; got "${part}".`,
        {
          fix: `Give it like this: --${name} A=${choices[0]},B=${choices[1]}`,
          details: { option: name, value: part },
        },
      );
    pairs[key] = choiceOption({ [name]: part.slice(at + 1).trim() }, name, choices) as T;
  }
  return pairs;
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
