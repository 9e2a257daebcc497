import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { expect, test } from "vitest";
import { trackConnections } from "./connections.ts";

test("connections that are idle for long are ended, those that wait for an answer are not", async () => {
  const held: ServerResponse[] = [];
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    if (request.url === "/later") held.push(response);
    else response.end("now");
  });
  const connections = trackConnections(server, { idleMilliseconds: 200 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const open = (path: string): Socket => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    socket.write(`GET ${path} HTTP/1.1\r\nHost: here\r\n\r\n`);
    return socket;
  };
  const [waiting, idle] = [open("/later"), open("/")];
  const closed = once(idle.resume(), "close");
  while (held.length === 0) await new Promise(setImmediate);
  await closed;
  // Opened and answered once more, another one is ended too; that makes twice its time for the first.
  await once(open("/").resume(), "close");
  held[0]?.end("late");
  const [answer] = (await once(waiting, "data")) as [Buffer];
  expect(String(answer)).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*late$/);
  await Promise.all([once(waiting, "close"), connections.stop(1000)]);
});
