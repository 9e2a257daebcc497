/** The pages of `slipway --help` and `slipway COMMAND --help`; docs/reference/cli.md is made of them too. */
import { commonOptions, type Command, type Operand, type Option } from "./command.ts";
import { exitCodes } from "./failure.ts";
import { pad, wrap } from "./text.ts";

const maxWidth = 100;

export function mainHelp(commands: readonly Command[], width: number): string {
  const columns = Math.min(width, maxWidth);
  const terms = families(commands);
  const size = Math.max(...terms.map(({ term }) => term.length)) + 2;
  const named = terms.map(({ term, text }) => entry(term, size, text, columns));
  return [
    "Slipway makes a live endpoint of a CSV file: it profiles the table, finds a model, saves it and serves it.",
    "",
    "Usage: slipway COMMAND [OPTIONS]",
    "       slipway COMMAND --help",
    "       slipway --version",
    "",
    "Commands:",
    ...named,
    "",
    "What one of several does: slipway NOUN VERB --help",
    "",
    "Example:",
    "  slipway automl examples/penguins.csv --target species --time-limit 20",
    "",
    "Exit codes:",
    ...exitCodes.map(({ code, meaning }) => entry(String(code), 5, meaning, columns)),
    "",
    "Environment:",
    entry("NO_COLOR", 14, "Set to anything: no colours. FORCE_COLOR=1: colours without a terminal too.", columns),
    entry("SLIPWAY_DEBUG", 14, "Set to 1: errors come with their stack.", columns),
  ]
    .map((line) => (line.startsWith(" ") ? line : wrap(line, columns)))
    .join("\n");
}

/** What `slipway NOUN --help` prints. */
export function familyHelp(family: readonly Command[], width: number): string {
  const columns = Math.min(width, maxWidth);
  const size = Math.max(...family.map(({ name }) => name.length)) + 2;
  return [
    ...family.map(({ name, summary }) => entry(name, size, summary, columns)),
    "",
    "More: slipway NOUN VERB --help",
  ].join("\n");
}

/** Commands of one noun stand on one line: "runs   list, show, watch …". */
function families(commands: readonly Command[]): { term: string; text: string }[] {
  const groups = Map.groupBy(commands, ({ name }) => name.split(" ", 1)[0] as string);
  return [...groups].flatMap(([noun, members]) => {
    const verbs = members.filter(({ name }) => name !== noun).map(({ name }) => name.slice(noun.length + 1));
    if (verbs.length < 2) return members.map(({ name, summary }) => ({ term: name, text: summary }));
    const own = members.filter(({ name }) => name === noun);
    return [...own.map(({ summary }) => ({ term: noun, text: summary })), { term: noun, text: `${verbs.join(", ")}.` }];
  });
}

export function commandHelp(command: Command, width: number): string {
  const columns = Math.min(width, maxWidth);
  const options = [...command.options, ...commonOptions];
  const size = Math.max(...options.map((option) => written(option).length)) + 2;
  return [
    wrap(command.summary, columns),
    "",
    `Usage: ${synopsis(command, columns - "Usage: ".length)}`,
    "",
    ...command.operands.map(({ name, description }) => entry(name, size, description, columns)),
    ...(command.operands.length > 0 ? [""] : []),
    ...groupsOf(options).flatMap(([title, grouped], i) => [
      ...(i > 0 ? [""] : []),
      `${title}:`,
      ...grouped.map((option) => entry(written(option), size, option.description, columns)),
    ]),
    ...command.details.flatMap((paragraph) => ["", wrap(paragraph, columns)]),
    "",
    "Example:",
    `  ${command.example}`,
  ].join("\n");
}

/** Groups in the order of their first option; those without a group come last. */
function groupsOf(options: readonly Option[]): [string, readonly Option[]][] {
  const groups = Object.entries(Object.groupBy(options, ({ group = "" }) => group)) as [string, Option[]][];
  const others = groups
    .filter(([title]) => title === "")
    .map(([, grouped]): [string, Option[]] => ["Options", grouped]);
  return [...groups.filter(([title]) => title !== ""), ...others];
}

/** Never broken between an option and its value. */
function synopsis({ name, operands, options }: Command, width: number): string {
  const parts = options.map((option) => (option.required ? written(option) : `[${written(option)}]`));
  const unbroken = parts.map((part) => part.replaceAll(" ", "\u00a0"));
  const words = ["slipway", name, ...operands.map(operandText), ...unbroken];
  return wrap(words.join(" "), width, "         ").replaceAll("\u00a0", " ");
}

function operandText({ name, optional }: Operand): string {
  return optional ? `[${name}]` : name;
}

function written({ name, value }: Option): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}

function entry(term: string, size: number, description: string, width: number): string {
  const indent = " ".repeat(size + 2);
  return `  ${wrap(pad(term, size) + description.trim(), Math.max(40, width - 2), indent)}`;
}
