/**
 * The control API of a supervisor, on a Unix socket that only its user can reach: a line says what is asked, a line of
 * JSON is the answer. Not HTTP: node:http takes 13 MB and 50 ms of every supervisor.
 */
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { createHash } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Problem } from "./messages.ts";
import { toProblem } from "./problem.ts";
import type { ProcessState } from "./state.ts";

/** What a supervisor does when it is asked. */
export interface Control {
  state(): ProcessState;
  /** Resolves when the first start is over, well or not. */
  started(): Promise<void>;
  /** Reads config.json again; resolves when all replicas run it. @throws ReplicaProblem, SlipwayError */
  apply(): Promise<void>;
  /** Resolves when all replicas are gone. */
  stop(): Promise<void>;
  /** Called when whoever asked for the stop has the answer: the supervisor may end. */
  stopped(): void;
}

export interface ControlServer {
  readonly socket: string;
  close(): void;
}

/** What can be asked: Control says what it means. */
export type ControlQuestion = "state" | "started" | "apply" | "stop";

/** A line of JSON. */
export type ControlAnswer = { readonly state: ProcessState } | { readonly problem: Problem };

export async function startControlServer(folder: string, control: Control): Promise<ControlServer> {
  const socket = socketPath(folder);
  const server = createServer((connection) => converse(connection, control));
  await listen(server, socket);
  return {
    socket,
    close() {
      server.close();
      rmSync(dirname(socket), { recursive: true, force: true });
    },
  };
}

/** The address of a Unix socket has 104 bytes on macOS, 108 on Linux, its end included. */
const longestPath = 100;

function socketPath(folder: string): string {
  const inside = join(folder, "control");
  const name = `${process.pid}.sock`;
  const place = join(inside, name).length <= longestPath ? inside : shortFolder(folder);
  mkdirSync(place, { recursive: true, mode: 0o700 });
  const { uid, mode } = statSync(place);
  if (uid !== process.getuid?.() || (mode & 0o077) !== 0) throw new Error(`${place} is not ours alone.`);
  // Of supervisors before this one, which holds the lock.
  for (const left of readdirSync(place)) rmSync(join(place, left), { force: true });
  return join(place, name);
}

function shortFolder(folder: string): string {
  return join(tmpdir(), `slipway-${createHash("sha256").update(folder).digest("hex").slice(0, 16)}`);
}

function listen(server: Server, socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(socket, () => resolve());
  });
}

/** Characters of a question. */
const longestQuestion = 100;
/** Milliseconds for a question to be there. */
const questionTimeout = 5_000;

function converse(connection: Socket, control: Control): void {
  let text = "";
  const giveUp = (): void => void connection.destroy();
  // Whoever asked has gone: nobody to tell.
  connection.on("error", giveUp);
  connection.setTimeout(questionTimeout, giveUp);
  connection.setEncoding("utf8");
  connection.on("data", (part: string) => {
    text += part;
    if (text.length > longestQuestion) giveUp();
    else if (text.endsWith("\n")) void reply(connection, text.trim(), control);
  });
}

async function reply(connection: Socket, question: string, control: Control): Promise<void> {
  connection.setTimeout(0);
  const said = await answer(question, control);
  connection.setTimeout(questionTimeout);
  connection.end(`${JSON.stringify(said)}\n`);
  if (question !== "stop") return;
  if (connection.destroyed) control.stopped();
  else connection.once("close", () => control.stopped());
}

async function answer(question: string, control: Control): Promise<ControlAnswer> {
  try {
    if (question === "started") await control.started();
    else if (question === "apply") await control.apply();
    else if (question === "stop") await control.stop();
    else if (question !== "state") throw new Error(`Nobody knows what "${question}" asks.`);
    return { state: control.state() };
  } catch (error) {
    return { problem: toProblem(error) };
  }
}
