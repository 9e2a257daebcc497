/** `slipway serve` as a process to be measured. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { atExit } from "./cleanup.ts";

const key = "bench-key-0123456789";

export interface Server {
  readonly pid: number;
  /** Throws for any answer but 200. */
  score(rows: readonly object[]): Promise<unknown[]>;
  stop(): Promise<void>;
}

/** Resolves as soon as the command has printed its address. */
export async function startServer(script: string, model: string): Promise<Server> {
  const args = [script, "serve", model, "--port", "0", "--key", key];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const forget = atExit(() => child.kill());
  const url = await new Promise<string>((resolve, reject) => {
    child.on("exit", (code) => reject(new Error(`slipway serve ended with code ${code}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [address] = /http:\/\/[\w.:[\]]+/.exec(line) ?? [];
      if (address !== undefined) resolve(address);
    });
  });
  return {
    pid: child.pid as number,
    score: (rows) => post(`${url}/score`, rows),
    async stop() {
      forget();
      child.removeAllListeners("exit");
      const ended = once(child, "exit");
      child.kill("SIGINT");
      await ended;
    },
  };
}

async function post(url: string, rows: readonly object[]): Promise<unknown[]> {
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ data: rows }),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { result: unknown[] }).result;
}
