/**
 * For a test, in a network namespace of its own: a server with a public address, one on 127.0.0.1 with the same port and
 * certificate, and a name that first leads to the one and then to the other. Prints what was fetched, and who was asked.
 */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { text } from "node:stream/consumers";
import { SlipwayError } from "../../base/index.ts";
import { fetchOutbound } from "./index.ts";
import type { Lookup } from "./resolve.ts";

const [key, cert] = process.argv.slice(2).map((path) => readFileSync(path));
const publicAddress = "93.184.215.14";
execFileSync("ip", ["link", "set", "lo", "up"]);
execFileSync("ip", ["addr", "add", `${publicAddress}/32`, "dev", "lo"]);

const locations: Record<string, string> = {
  "/to-itself": "https://rebind.example/again",
  "/to-private": "https://127.0.0.1/secret",
};
async function serve(address: string, hits: string[]): Promise<void> {
  const server = createServer({ key, cert }, ({ url = "" }, response) => {
    hits.push(url);
    const location = locations[url];
    if (location === undefined) response.end(address === publicAddress ? "public" : "private");
    else response.writeHead(302, { location }).end();
  });
  await once(server.listen(443, address), "listening");
}
const publicHits: string[] = [];
const privateHits: string[] = [];
await serve(publicAddress, publicHits);
await serve("127.0.0.1", privateHits);

/** The public address for the first question, 127.0.0.1 for all others. */
function rebinding(): { lookup: Lookup; asked: () => number } {
  let asked = 0;
  const lookup: Lookup = async () => [{ address: asked++ === 0 ? publicAddress : "127.0.0.1", family: 4 }];
  return { lookup, asked: () => asked };
}

async function outcome(url: string, lookup: Lookup): Promise<string> {
  try {
    return await text((await fetchOutbound(url, { allow: [], maxBytes: 100, timeout: 5_000, lookup })).body);
  } catch (error) {
    return error instanceof SlipwayError ? error.code : String(error);
  }
}

const { lookup, asked } = rebinding();
const first = await outcome("https://rebind.example/first", lookup);
const lookups = asked();
const rebound = await outcome("https://rebind.example/second", lookup);
const reboundByRedirect = await outcome("https://rebind.example/to-itself", rebinding().lookup);
const redirectedToPrivate = await outcome("https://rebind.example/to-private", rebinding().lookup);
const otherName = await outcome("https://other.example/", rebinding().lookup);
const answer = { first, lookups, rebound, reboundByRedirect, redirectedToPrivate, otherName, publicHits, privateHits };
process.stdout.write(JSON.stringify(answer), () => process.exit(0));
