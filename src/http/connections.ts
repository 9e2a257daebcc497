/** The open connections of a server, so that it can be stopped at once without cutting off answers. */
import type { Server } from "node:http";
import type { Socket } from "node:net";

export interface Connections {
  /**
   * Takes no new connections, destroys those that wait for nothing, leaves the others `grace` milliseconds, and
   * resolves when none is left. Node's own closeIdleConnections spares connections that never sent a byte.
   */
  stop(grace: number): Promise<void>;
}

export function trackConnections(server: Server): Connections {
  const requests = new Map<Socket, number>();
  let stopping = false;

  server.on("connection", (socket) => {
    requests.set(socket, 0);
    socket.once("close", () => requests.delete(socket));
  });
  server.on("request", (request, response) => {
    const { socket } = request;
    requests.set(socket, (requests.get(socket) ?? 0) + 1);
    response.once("close", () => {
      if (!requests.has(socket)) return;
      const left = (requests.get(socket) as number) - 1;
      requests.set(socket, left);
      if (stopping && left === 0) socket.destroySoon();
    });
  });

  return {
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
        for (const [socket, busy] of requests) if (busy === 0) socket.destroy();
      });
    },
  };
}
