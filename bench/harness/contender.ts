/** A process that is measured: it answers one line of JSON on standard output for each on standard input. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { atExit } from "./cleanup.ts";
import { killFamily } from "./process-family.ts";
import { peakBytes } from "./process-memory.ts";

export interface Contender {
  readonly name: string;
  /** Undefined when it could not be started. */
  readonly pid: number | undefined;
  /** Sends `request` and waits for its answer. Throws what the process says under "error", or that it ended. */
  ask<T>(request: Readonly<Record<string, unknown>>): Promise<T>;
  /** The most memory it has had so far, in bytes; null where the system does not tell. */
  peakBytes(): number | null;
  /** Ends its standard input, and with that the process. */
  stop(): Promise<void>;
  /** Ends the process and all that it has started at once; what it was asked is rejected. */
  kill(): void;
}

interface Question {
  resolve(answer: unknown): void;
  reject(reason: Error): void;
}

/** `command` ends when its standard input does. */
export function startContender(name: string, command: string, args: readonly string[]): Contender {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const kill = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) killFamily(child.pid);
  };
  const forget = atExit(kill);
  const questions: Question[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    const answer = JSON.parse(line) as { error?: string };
    const question = questions.shift();
    if (answer.error === undefined) question?.resolve(answer);
    else question?.reject(new Error(`${name}: ${answer.error}`));
  });
  const fail = (reason: string): void => {
    for (const question of questions.splice(0)) question.reject(new Error(`${name} ${reason}`));
  };
  child.on("error", (error) => fail(`did not start: ${error.message}`));
  child.on("exit", (code, signal) => fail(`ended with ${signal ?? `code ${code}`} before it answered`));
  return {
    name,
    pid: child.pid,
    ask: <T>(request: Readonly<Record<string, unknown>>) =>
      new Promise<T>((resolve, reject) => {
        questions.push({ resolve: resolve as (answer: unknown) => void, reject });
        child.stdin.write(`${JSON.stringify(request)}\n`);
      }),
    peakBytes: () => (child.pid === undefined ? null : peakBytes(child.pid)),
    stop: async () => {
      forget();
      await end(child);
    },
    kill,
  };
}

async function end(child: ChildProcess): Promise<void> {
  child.stdin?.end();
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

/** The other side: answers every line of standard input with what the handler named by `request.do` returns. */
export async function answerRequests(
  handlers: Readonly<Record<string, (request: Record<string, unknown>) => object | Promise<object>>>,
): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as Record<string, unknown>;
    let answer: object;
    try {
      answer = await handlers[request["do"] as string](request);
    } catch (error) {
      answer = { error: error instanceof Error ? error.message : String(error) };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}
