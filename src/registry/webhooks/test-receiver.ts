/** A receiver of webhooks over real HTTP, which checks signatures by itself; for the tests of this folder. */
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { CloudEvent } from "../cloud-events.ts";

export const testSecretKey = Buffer.alloc(32, 7);

export interface Received {
  readonly event: CloudEvent;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly verified: boolean;
}

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Until so many requests have come. */
  until(count: number): Promise<void>;
  close(): void;
}

/**
 * @param secret "whsec_…"
 * @param answer is given the number of the request, from 1
 */
export async function startReceiver(
  secret: () => string,
  answer: (request: number, response: ServerResponse) => void,
): Promise<Receiver> {
  const received: Received[] = [];
  const waiting: { count: number; done: () => void }[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const { headers } = request;
    const signed = `${headers["webhook-id"] as string}.${headers["webhook-timestamp"] as string}.${body}`;
    const key = Buffer.from(secret().replace("whsec_", ""), "base64");
    const expected = `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
    const event = JSON.parse(body || "null") as CloudEvent;
    received.push({ event, headers, verified: headers["webhook-signature"] === expected });
    answer(received.length, response);
    for (const { count, done } of waiting) if (received.length >= count) done();
  };
  const server = createServer((request, response) => void take(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    until: (count) =>
      new Promise((done) => {
        if (received.length >= count) done();
        else waiting.push({ count, done });
      }),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
