/** Every address of an endpoint with the methods that it takes, by the path as it was sent. */
import type { IncomingMessage } from "node:http";
import { SlipwayError } from "../../base/index.ts";
import { docsPaths, methodsOf } from "../wires/index.ts";

const get = "GET, HEAD, OPTIONS";

const methods: ReadonlyMap<string, string> = new Map([
  ["/", get],
  ["/health/live", get],
  ["/health/ready", get],
  ["/swagger.json", get],
  ["/metrics", get],
  ...docsPaths.map((path): [string, string] => [path, get]),
  ["/labels", "POST, OPTIONS"],
]);

export function pathOf(url: string): string {
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}

/**
 * Looks at the path as it was sent: a router decodes "/%73core" to "/score", and what one of two readers lets through
 * is how guards are passed by.
 * @returns the value of the Allow header
 */
export function allowedMethods(path: string): string | null {
  return path === "/score" ? "POST, OPTIONS" : (methods.get(path) ?? methodsOf(path));
}

/** @returns the refusal of a request that no handler takes */
export function refusalOfRoute(request: IncomingMessage, path: string, allow: string | null): SlipwayError | null {
  if (allow === null) {
    return isEncoded(path)
      ? new SlipwayError("SLW_HTTP_NOT_FOUND", "There is nothing at this address.")
      : new SlipwayError("SLW_HTTP_REQUEST", "The address is not a valid URL.");
  }
  if (allow.split(", ").includes(request.method ?? "")) return null;
  return new SlipwayError("SLW_HTTP_METHOD", `${path} takes ${allow}.`, { details: { allow } });
}

function isEncoded(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
