/** The load generator, in a process of its own: it takes neither the server's time nor that of who measures. */
import { readFileSync } from "node:fs";
import { answerRequests } from "../harness/contender.ts";
import { closedLoop } from "../load/closed-loop.ts";
import { requestBytes, type Target } from "../load/connection.ts";
import type { LoadRequest, OpenLoadRequest } from "../load/index.ts";
import { openLoop, type OpenLoop } from "../load/open-loop.ts";

let running: OpenLoop | null = null;

function linesOf(file: string): string[] {
  return readFileSync(file, "utf8").split("\n").filter(Boolean);
}

function requestsOf(target: Target, file: string): Buffer[] {
  return linesOf(file).map((body) => requestBytes(target, body));
}

function runningLoad(): OpenLoop {
  if (running === null) throw new Error("No load runs.");
  return running;
}

await answerRequests({
  closed: (request) => {
    const { target, bodies, concurrency, seconds } = request as unknown as LoadRequest;
    return closedLoop(target, requestsOf(target, bodies), { concurrency, seconds });
  },
  open: (request) => {
    const { target, bodies, answers, rate } = request as unknown as OpenLoadRequest;
    const expected = answers === undefined ? undefined : linesOf(answers).map((line) => Buffer.from(line));
    running = openLoop(target, requestsOf(target, bodies), expected, rate);
    return {};
  },
  take: () => runningLoad().take(),
  stop: async () => {
    const rest = await runningLoad().stop();
    running = null;
    return rest;
  },
});
// Idle connections would keep the process.
process.exit();
