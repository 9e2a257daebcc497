/** The PostgreSQL that all tests of a run share: vitest's set-up begins it, testing.ts asks for it. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { siblingModule } from "../../base/index.ts";
import { testServerVariable } from "./testing.ts";

/**
 * Listens on 127.0.0.1, and starts PostgreSQL when the first test asks. Whoever connects gets a TestServer as JSON.
 * @returns what ends it all
 */
export async function prepareTestServer(): Promise<() => Promise<void>> {
  let child: ChildProcess | null = null;
  let answer: Promise<string> | null = null;
  const listener = createServer((socket) => {
    socket.on("error", () => {});
    child ??= startProcess();
    answer ??= text(child.stdout as NonNullable<ChildProcess["stdout"]>);
    answer.then(
      (line) => socket.end(line),
      (error: Error) => socket.end(JSON.stringify({ error: error.message })),
    );
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  listener.unref();
  process.env[testServerVariable] = String((listener.address() as AddressInfo).port);

  return async () => {
    listener.close();
    if (child === null || child.exitCode !== null) return;
    child.stdin?.end();
    await once(child, "exit");
  };
}

/** It ends when its standard input does: also when this process is killed, and in a group of its own it is not killed with it. */
function startProcess(): ChildProcess {
  return spawn(process.execPath, [siblingModule(import.meta.url, "test-server-process").pathname], {
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
  });
}
