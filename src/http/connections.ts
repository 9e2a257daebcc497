/** The open connections of a server, so that it can be stopped at once without cutting off answers. */
import type { Server, ServerResponse } from "node:http";
import { Server as NetServer, type Socket } from "node:net";

export interface Connections {
  /**
   * Takes no new connections, destroys those that wait for nothing, leaves the others `grace` milliseconds, and
   * resolves when none is left. Node's own closeIdleConnections spares connections that never sent a byte.
   */
  stop(grace: number): Promise<void>;
  /**
   * Takes no new connections, and ends those that wait for nothing after `idle` milliseconds. Resolves when none is left:
   * answers must say `Connection: close` from then on, and nothing else ends a connection that a client may go on to use.
   */
  drain(idle: number): Promise<void>;
}

interface TrackOptions {
  /**
   * Milliseconds after which a connection without a request is ended, to a twentieth: in place of Node's keepAliveTimeout,
   * which sets timers for each request. Absent: that is left to Node.
   */
  readonly idleMilliseconds?: number;
}

interface Use {
  /** The one that was begun last; null before the first. Answers end in the order of their requests. */
  response: ServerResponse | null;
  /** `response` at the last look at idle connections, and at how many looks in a row it was the same and over. */
  seen: ServerResponse | null;
  looks: number;
}

export function trackConnections(server: Server, { idleMilliseconds }: TrackOptions = {}): Connections {
  const uses = new Map<Socket, Use>();
  let stopping = false;

  server.on("connection", (socket) => {
    uses.set(socket, { response: null, seen: null, looks: 0 });
    socket.once("close", () => uses.delete(socket));
  });
  server.on("request", ({ socket }, response) => {
    const use = uses.get(socket);
    if (use !== undefined) use.response = response;
    if (stopping) endAfter(uses, socket, response);
  });

  const destroyIdle = (): void => {
    for (const [socket, { response }] of uses) if (isIdle(response)) socket.destroy();
  };
  if (idleMilliseconds !== undefined) endIdle(server, uses, idleMilliseconds);

  return {
    drain: (idle) => drain(server, idle, destroyIdle),
    stop(grace) {
      stopping = true;
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          for (const socket of uses.keys()) socket.destroy();
        }, grace);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        destroyIdle();
        for (const [socket, { response }] of uses) if (response !== null) endAfter(uses, socket, response);
      });
    },
  };
}

function isIdle(response: ServerResponse | null): boolean {
  return response === null || response.closed;
}

/** Ends the connection with this answer, unless another one is to come. */
function endAfter(uses: ReadonlyMap<Socket, Use>, socket: Socket, response: ServerResponse): void {
  response.once("close", () => {
    if (uses.get(socket)?.response === response) socket.destroySoon();
  });
}

/** Looks in a connection's idle time. */
const looksUntilIdle = 20;

function endIdle(server: Server, uses: ReadonlyMap<Socket, Use>, idleMilliseconds: number): void {
  const timer = setInterval(() => {
    for (const [socket, use] of uses) {
      use.looks = isIdle(use.response) && use.response === use.seen ? use.looks + 1 : 0;
      use.seen = use.response;
      if (use.looks >= looksUntilIdle) socket.destroySoon();
    }
  }, idleMilliseconds / looksUntilIdle).unref();
  server.once("close", () => clearInterval(timer));
}

function drain(server: Server, idle: number, destroyIdle: () => void): Promise<void> {
  return new Promise((resolve) => {
    // What has come by then is read first: a process with much to do is late for its clients too.
    const timer = setTimeout(() => setImmediate(() => setImmediate(destroyIdle)), idle);
    // Not the method of node:http, which ends idle connections at once: a request may be on its way to one.
    NetServer.prototype.close.call(server, () => {
      clearTimeout(timer);
      // What it would have ended besides: the check for slow requests.
      server.close();
      resolve();
    });
  });
}
