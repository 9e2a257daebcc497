/** What a command is: its words for `--help`, and what it does. One file a command; all are listed in commands.ts. */
import type { Output } from "./output.ts";

export interface Operand {
  /** As in the synopsis: "FILE.csv". */
  readonly name: string;
  /** Only a last one. */
  readonly optional?: true;
  readonly description: string;
}

export interface Option {
  /** Without the dashes: "time-limit". */
  readonly name: string;
  /** Name of the value in the synopsis: "SECONDS". Absent: the option is a switch. */
  readonly value?: string;
  readonly required?: true;
  /** May be given several times; the values are then joined by commas. */
  readonly repeatable?: true;
  /** What Azure ML's SDK v2 and v1 call it; null where that one has nothing like it. */
  readonly azure?: { readonly v2: string | null; readonly v1: string | null };
  /** Heading that it stands under in `--help`. Absent: "Options". */
  readonly group?: string;
  /** Full sentences: what it does, its range and its default. */
  readonly description: string;
}

export interface Invocation {
  /** As many as the command has operands, but for an optional one. */
  readonly operands: readonly string[];
  /** Values of the options given; a switch that was given is "true". */
  readonly options: Readonly<Record<string, string>>;
  /** Text for people: standard output, or standard error where standard output carries data. */
  readonly output: Output;
  /** Writes data to standard output; done when the stream can take more. */
  readonly write: (data: string) => Promise<void>;
  /** Aborted by Ctrl-C, a termination signal, or a reader of our output that went away. */
  readonly signal: AbortSignal;
  /**
   * Runs a task that ends by itself soon after the signal: it is not cut short, but by a second interruption. What the
   * signal stopped is still reported as interrupted, by the exit code.
   */
  readonly untilDone: <T>(task: () => Promise<T>) => Promise<T>;
}

export interface Command {
  /** One word, or two where it belongs to another: "automl verify". */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  readonly operands: readonly Operand[];
  readonly options: readonly Option[];
  /** Paragraphs below the options. */
  readonly details: readonly string[];
  /** One line that works as it stands in a checkout. */
  readonly example: string;
  /** Does standard output carry data, so that text for people must go to standard error? */
  readonly writesData: (options: Invocation["options"]) => boolean;
  readonly run: (invocation: Invocation) => Promise<void>;
}

/** Options that every command has. */
export const commonOptions: readonly Option[] = [
  { name: "quiet", description: "Prints nothing but results that were asked for, and errors." },
  { name: "help", description: "Prints this page." },
];
