/** The command line's entry: finds the command, runs it, turns its failure into words and an exit code. */
import { SlipwayError, slipwayVersion, nearest } from "../base/index.ts";
import { parseArguments } from "./arguments.ts";
import type { Command } from "./command.ts";
import { loadCommands, loadCommandsOf, nouns } from "./commands.ts";
import { describeFailure } from "./failure.ts";
import { orAborted, watchInterruptions, type Interruptions } from "./interruption.ts";
import { createOutput } from "./output.ts";

/** @param args without node and script */
export async function main(args: readonly string[]): Promise<void> {
  const interruptions = watchInterruptions();
  const { signal } = interruptions;
  try {
    await dispatch(args, interruptions);
    // A command that ended by itself, with what it had, was interrupted nevertheless.
    signal.throwIfAborted();
  } catch (error) {
    const { text, exitCode } = describeFailure(signal.aborted ? signal.reason : error);
    process.stderr.write(text);
    process.exitCode = exitCode;
  }
  // What was stopped half-way may still have threads at work; they end with the process.
  if (signal.aborted) process.exit();
}

async function dispatch(args: readonly string[], { signal, untilDone }: Interruptions): Promise<void> {
  const [first] = args;
  if (first === undefined || first === "--help" || first === "-h") return printHelp();
  if (first === "--version") return void process.stdout.write(`${slipwayVersion()}\n`);
  if (first === "help") return args.length === 1 ? printHelp() : printHelp((await findCommand(args.slice(1))).command);
  if (await asksForFamily(args)) return printFamilyHelp(await familyOf(first));
  const { command, rest } = await findCommand(args);
  const { operands, options } = parseArguments(command, rest);
  if (options["help"]) return printHelp(command);
  const stream = command.writesData(options) ? process.stderr : process.stdout;
  await command.run({
    operands,
    options,
    output: createOutput(stream, "quiet" in options),
    write: (data) => writeData(data, signal),
    signal,
    untilDone,
  });
}

/** A reader that went away is told by the signal, not here. */
async function writeData(data: string, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  process.stdout.write(data, () => resolve());
  await orAborted(promise, signal);
}

/** The commands of a noun, where there is none of the noun alone. */
async function familyOf(noun: string): Promise<readonly Command[]> {
  const commands = await loadCommandsOf(noun);
  return commands.some(({ name }) => name === noun) ? [] : commands;
}

async function asksForFamily([noun = "", next]: readonly string[]): Promise<boolean> {
  return (next === "--help" || next === "-h") && (await familyOf(noun)).length > 0;
}

/** The command that the first word names, or the first two ("automl verify"), and what comes after. */
async function findCommand([name = "", ...rest]: readonly string[]): Promise<{
  command: Command;
  rest: readonly string[];
}> {
  const commands = await loadCommandsOf(name);
  const named = (wanted: string): Command | undefined => commands.find((candidate) => candidate.name === wanted);
  const subcommand = named(`${name} ${rest[0]}`);
  if (subcommand) return { command: subcommand, rest: rest.slice(1) };
  const command = named(name);
  if (command) return { command, rest };
  const family = await familyOf(name);
  if (family.length > 0) {
    const verbs = family.map((member) => member.name.slice(name.length + 1));
    const near = nearest(rest[0] ?? "", verbs);
    const got = rest[0] === undefined ? "nothing" : `"${rest[0]}"`;
    throw new SlipwayError("SLW_CLI_COMMAND", `After "${name}" stands what to do: ${verbs.join(", ")}; got ${got}.`, {
      fix: near ? `Did you mean slipway ${name} ${near}?` : `See what each does: slipway ${name} --help`,
      details: { command: name, verbs, nearest: near },
    });
  }
  const near = nearest(name, [...nouns, "help"]);
  const what = name.startsWith("-") ? `${name} is no option of slipway itself` : `there is no command "${name}"`;
  throw new SlipwayError("SLW_CLI_COMMAND", `${what[0]?.toUpperCase()}${what.slice(1)}.`, {
    fix: `${near ? `Did you mean slipway ${near}? ` : ""}The commands are ${nouns.join(", ")}; see slipway --help`,
    details: { command: name, nearest: near },
  });
}

async function printHelp(command?: Command): Promise<void> {
  const { commandHelp, mainHelp } = await import("./help.ts");
  const width = process.stdout.columns ?? 100;
  process.stdout.write(`${command ? commandHelp(command, width) : mainHelp(await loadCommands(), width)}\n`);
}

async function printFamilyHelp(family: readonly Command[]): Promise<void> {
  const { familyHelp } = await import("./help.ts");
  process.stdout.write(`${familyHelp(family, process.stdout.columns ?? 100)}\n`);
}
