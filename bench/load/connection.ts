/** A keep-alive connection of HTTP/1.1 over a raw socket, one request at a time: a tenth of what node:http costs. */
import { connect, type Socket } from "node:net";
import { addToAnswer, emptyAnswer, type WholeAnswer } from "./answer.ts";

export interface Target {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** `body` is only valid until the function that gets it returns. `error` is a code of Node's, or says what was wrong. */
export type Outcome =
  | { readonly status: number; readonly body: Buffer }
  | { readonly status: null; readonly error: string };

export interface Connection {
  /** Connects first where that is needed. Not before the last request has its outcome. */
  send(request: Buffer, done: (outcome: Outcome) => void): void;
  close(): void;
}

/** The bytes of a POST with a JSON body. */
export function requestBytes({ host, port, path, headers }: Target, body: string): Buffer {
  const all = {
    host: `${host}:${port}`,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
}

/** A request without an answer for that long has failed; a connection that is idle for that long is closed. */
const patienceMilliseconds = 30_000;

export function createConnection(target: Target): Connection {
  let socket: Socket | null = null;
  let waiting: ((outcome: Outcome) => void) | null = null;
  let answer = emptyAnswer();

  const settle = (outcome: Outcome): void => {
    const done = waiting;
    waiting = null;
    answer = emptyAnswer();
    done?.(outcome);
  };
  const drop = (from: Socket, error: string): void => {
    if (socket !== from) return;
    socket = null;
    from.destroy();
    if (waiting !== null) settle({ status: null, error });
  };
  const receive = (from: Socket, chunk: Buffer): void => {
    if (socket !== from) return;
    if (waiting === null) return drop(from, "an answer to nothing");
    let whole: WholeAnswer | null;
    try {
      whole = addToAnswer(answer, chunk);
    } catch (error) {
      return drop(from, (error as Error).message);
    }
    if (whole === null) return;
    if (whole.closes) {
      socket = null;
      from.destroy();
    }
    settle(whole);
  };
  return {
    send(request, done) {
      if (waiting !== null) throw new Error("The connection is busy.");
      waiting = done;
      socket ??= openSocket(target, receive, drop);
      socket.write(request);
    },
    close() {
      const open = socket;
      socket = null;
      open?.destroy();
    },
  };
}

function openSocket(
  { host, port }: Target,
  receive: (from: Socket, chunk: Buffer) => void,
  drop: (from: Socket, error: string) => void,
): Socket {
  const opened = connect({ host, port, noDelay: true });
  opened.setTimeout(patienceMilliseconds, () => drop(opened, "no answer in time"));
  opened.on("data", (chunk) => receive(opened, chunk));
  opened.on("error", (error: NodeJS.ErrnoException) => drop(opened, error.code ?? error.message));
  opened.on("close", () => drop(opened, "closed before the answer"));
  return opened;
}
