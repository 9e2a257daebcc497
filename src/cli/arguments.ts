import { parseArgs, type ParseArgsConfig } from "node:util";
import { SlipwayError, nearest } from "../base/index.ts";
import { commonOptions, type Command, type Option } from "./command.ts";

export interface Arguments {
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, string>>;
}

/**
 * Splits a command's arguments into operands and options, by the command's own table of options.
 * Values are checked by the command; here: unknown or repeated options, values missing or too many.
 */
export function parseArguments(command: Command, args: readonly string[]): Arguments {
  const known = new Map([...command.options, ...commonOptions].map((option) => [option.name, option]));
  const config: NonNullable<ParseArgsConfig["options"]> = {};
  for (const { name, value } of known.values()) config[name] = { type: value ? "string" : "boolean" };
  config["help"] = { type: "boolean", short: "h" };
  const { tokens } = parseArgs({
    args: [...args],
    options: config,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const operands: string[] = [];
  const options: Record<string, string> = {};
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const option = known.get(token.name);
    if (!option) throw unknownOption(command, token.rawName, known.keys());
    const before = options[token.name];
    if (before !== undefined && !option.repeatable) throw misused(command, `${token.rawName} is given twice.`);
    const value = optionValue(command, option, token.value);
    options[token.name] = before === undefined ? value : `${before},${value}`;
  }
  if (!("help" in options)) {
    checkOperands(command, operands);
    checkRequired(command, options);
  }
  return { operands, options };
}

function optionValue(command: Command, option: Option, value: string | undefined): string {
  if (option.value === undefined) {
    if (value !== undefined) throw misused(command, `--${option.name} takes no value, got "${value}".`);
    return "true";
  }
  if (value === undefined || value === "") throw misused(command, `--${option.name} needs a value: ${option.value}.`);
  return value;
}

function unknownOption(command: Command, written: string, known: Iterable<string>): SlipwayError {
  const near = nearest(written.replace(/^-+/, ""), known);
  return new SlipwayError("SLW_CLI_OPTION", `slipway ${command.name} has no option ${written}.`, {
    fix: near
      ? `Did you mean --${near}? All options: slipway ${command.name} --help`
      : `All options: slipway ${command.name} --help`,
    details: { option: written, nearest: near },
  });
}

function misused(command: Command, message: string): SlipwayError {
  return new SlipwayError("SLW_CLI_OPTION", message, { fix: `How it is used: slipway ${command.name} --help` });
}

function checkOperands(command: Command, operands: readonly string[]): void {
  const { name, operands: wanted } = command;
  const missing = wanted[operands.length];
  const extra = operands[wanted.length];
  const fix = `Call it like this: ${command.example}`;
  if (missing && !missing.optional)
    throw new SlipwayError("SLW_CLI_OPERAND", `slipway ${name} needs ${missing.name}: ${missing.description}`, { fix });
  if (extra !== undefined)
    throw new SlipwayError(
      "SLW_CLI_OPERAND",
      `slipway ${name} takes ${wanted.length} file(s); "${extra}" is one too many.`,
      {
        fix: `${fix}. A name with spaces needs quotes.`,
      },
    );
}

function checkRequired(command: Command, options: Readonly<Record<string, string>>): void {
  for (const { name, value, required } of command.options)
    if (required && !(name in options))
      throw new SlipwayError("SLW_CLI_OPTION", `slipway ${command.name} needs --${name} ${value}.`, {
        fix: `Call it like this: ${command.example}`,
      });
}
