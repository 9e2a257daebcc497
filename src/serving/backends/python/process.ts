/** The Python process behind a deployment: JSON lines over its standard input and output. It dies with its parent. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { SlipwayError } from "../../../base/index.ts";
import type { PythonEnvironment } from "./environment.ts";

export interface PythonProcess {
  readonly pid: number;
  /** What the script said when it was ready. */
  readonly ready: unknown;
  /** @throws SLW_SCORE_DATA with the words of the model's code, SLW_ENDPOINT_BACKEND when the process ends */
  ask(request: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Resolves when it has ended. */
  readonly ended: Promise<unknown>;
  close(): Promise<void>;
}

const script = fileURLToPath(new URL("./serve_mlflow.py", import.meta.url));

/** @throws SLW_ENDPOINT_BACKEND where it does not become ready */
export async function startPython(
  environment: PythonEnvironment,
  { model, folder }: { readonly model: string; readonly folder: string },
): Promise<PythonProcess> {
  const child = spawn(environment.python, [script, model], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      PYTHONUNBUFFERED: "1",
      PYTHONDONTWRITEBYTECODE: "1",
      MLFLOW_DISABLE_TELEMETRY: "true",
      ...environment.variables,
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting = new Map<number, Waiting>();
  const ended = once(child, "exit").catch((error: unknown) => error);
  void ended.then(() => failAll(waiting));
  child.stdin.on("error", () => {});
  const ready = await firstAnswer(child, waiting, ended);
  let next = 0;
  return {
    pid: child.pid ?? -1,
    ready,
    ended,
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (child.exitCode !== null || child.signalCode !== null) return reject(processEnded());
        const id = next++;
        waiting.set(id, { resolve, reject });
        child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
      }),
    async close() {
      child.stdin.end();
      const patience = setTimeout(() => child.kill("SIGKILL"), 5_000);
      await ended;
      clearTimeout(patience);
    },
  };
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Answer {
  readonly id?: number;
  readonly ready?: unknown;
  readonly failed?: string;
  readonly result?: unknown;
  readonly error?: string;
}

function firstAnswer(child: ChildProcess, waiting: Map<number, Waiting>, ended: Promise<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => {
      const answer = JSON.parse(line) as Answer;
      if (answer.ready !== undefined) resolve(answer.ready);
      else if (answer.failed !== undefined) reject(notReady(answer.failed));
      else settle(waiting, answer);
    });
    void ended.then((end) => reject(notReady(reasonOf(end))));
  });
}

/** @param end an error where it could not be started, otherwise exit code and signal */
function reasonOf(end: unknown): string {
  if (end instanceof Error) return end.message;
  const [code, signal] = end as [number | null, string | null];
  return `it ended with ${code ?? signal}`;
}

function settle(waiting: Map<number, Waiting>, { id = -1, result, error }: Answer): void {
  const asked = waiting.get(id);
  waiting.delete(id);
  if (error === undefined) return asked?.resolve(result);
  asked?.reject(
    new SlipwayError("SLW_SCORE_DATA", `The model refused the rows: ${error}`, {
      fix: "Send rows as the model's code takes them.",
    }),
  );
}

function failAll(waiting: Map<number, Waiting>): void {
  for (const { reject } of waiting.values()) reject(processEnded());
  waiting.clear();
}

function processEnded(): SlipwayError {
  return new SlipwayError(
    "SLW_ENDPOINT_BACKEND",
    "The model's Python process has ended; another one is being started.",
  );
}

function notReady(reason: string): SlipwayError {
  return new SlipwayError("SLW_ENDPOINT_BACKEND", `The model's Python process did not become ready: ${reason}`, {
    fix: "Read the reason; where a package is missing, log the model with it in its requirements.",
  });
}
