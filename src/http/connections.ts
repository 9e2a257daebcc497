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

export function trackConnections(server: Server): Connections {
  const requests = new Map<Socket, number>();
  let stopping = false;

  server.on("connection", (socket) => {
    requests.set(socket, 0);
    socket.once("close", () => requests.delete(socket));
  });
  /** One for all answers: a function for each of them is garbage. */
  function forget(this: ServerResponse): void {
    const { socket } = this.req;
    const busy = requests.get(socket);
    if (busy === undefined) return;
    requests.set(socket, busy - 1);
    if (stopping && busy === 1) socket.destroySoon();
  }
  server.on("request", (request, response) => {
    requests.set(request.socket, (requests.get(request.socket) ?? 0) + 1);
    response.on("close", forget);
  });

  const destroyIdle = (): void => {
    for (const [socket, busy] of requests) if (busy === 0) socket.destroy();
  };

  return {
    drain: (idle) => drain(server, idle, destroyIdle),
    stop(grace) {
      stopping = true;
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          for (const socket of requests.keys()) socket.destroy();
        }, grace);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        destroyIdle();
      });
    },
  };
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
