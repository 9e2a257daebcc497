import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

export interface Settings {
  /** Measure the peers too. */
  readonly peers: boolean;
  /** Small data and few repetitions: does it run, and roughly what comes out. */
  readonly quick: boolean;
  /** One line of JSON at the end of standard output; tables go to standard error. */
  readonly json: boolean;
}

const common = {
  peers: { type: "boolean", default: false },
  quick: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const satisfies ParseArgsOptionsConfig;

type Read<T extends ParseArgsOptionsConfig> = Omit<Settings, keyof T> &
  ReturnType<typeof parseArgs<{ options: T }>>["values"];

/**
 * The common options and `extra` ones with their defaults; an extra one takes the place of a common one of its name.
 * Ends the process with code 2 for any other.
 */
export function readSettings<T extends ParseArgsOptionsConfig>(extra: T): Read<T> {
  try {
    const { values } = parseArgs({ options: { ...common, ...extra } });
    return values as unknown as Read<T>;
  } catch (error) {
    const options = Object.entries({ ...common, ...extra }).map(([name, { type }]) =>
      type === "boolean" ? `[--${name}]` : `[--${name} N]`,
    );
    process.stderr.write(`${(error as Error).message}\nOptions: ${options.join(" ")}\n`);
    process.exit(2);
  }
}

/** The parts of a list with commas, each one of `known`. Ends the process with code 2 for any other. */
export function listOf<T extends string>(name: string, text: string, known: readonly T[]): T[] {
  const parts = text.split(",").filter(Boolean);
  const strange = parts.find((part) => !(known as readonly string[]).includes(part));
  if (strange === undefined) return parts as T[];
  process.stderr.write(`--${name} must name some of ${known.join(", ")}, got "${strange}".\n`);
  process.exit(2);
}

/** A whole number of at least 1. Ends the process with code 2 for anything else. */
export function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  process.stderr.write(`--${name} must be a whole number of at least 1, got "${text}".\n`);
  process.exit(2);
}
