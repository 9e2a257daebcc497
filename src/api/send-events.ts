/** Server-sent events (WHATWG HTML, 9.2). */
import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { ServerSentEvent } from "./route.ts";

/** Milliseconds between comments that keep proxies from closing an idle stream. */
const heartbeat = 15_000;

/** Sends until the events end or the client is gone. */
export function sendEvents(reply: FastifyReply, events: AsyncIterable<ServerSentEvent<unknown>>): void {
  reply.headers({ "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" });
  const iterator = events[Symbol.asyncIterator]();
  const stream = new Readable({
    read() {
      void pull();
    },
    destroy(error, done) {
      clearInterval(timer);
      void iterator.return?.();
      done(error);
    },
  });
  const timer = setInterval(() => stream.push(": alive\n\n"), heartbeat);
  let pulling = false;
  async function pull(): Promise<void> {
    if (pulling) return;
    pulling = true;
    try {
      const { done, value } = await iterator.next();
      pulling = false;
      if (!stream.destroyed) stream.push(done ? null : format(value));
    } catch (error) {
      stream.destroy(error as Error);
    }
  }
  // What is sent at once tells the client that it is connected.
  stream.push(": connected\n\n");
  reply.send(stream);
}

function format({ id, data }: ServerSentEvent<unknown>): string {
  return `${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}
