/** 405 instead of 404 for a path that is there with another method; as every route, only for those with a token. */
import type { FastifyReply } from "fastify";
import { SlipwayError } from "../base/index.ts";

/** A route as Fastify writes it: "/a/:b/*". */
interface Address {
  readonly method: string;
  readonly url: string;
}

/**
 * Which methods a path takes, by the patterns of routes. Asked after the router has found nothing, so that no route
 * has to be made for what is refused: they would be most of all, and a router of thousands takes long to fill.
 * @returns for a path without its query; [] where no pattern fits
 */
export function createMethodFinder(addresses: readonly Address[]): (path: string) => readonly string[] {
  const patterns = addresses.map(({ method, url }) => ({ method, fits: new RegExp(`^${expressionOf(url)}$`) }));
  return (path) => [...new Set(patterns.filter(({ fits }) => fits.test(path)).map(({ method }) => method))];
}

/** A parameter is one segment, a star at the end is all that follows; the rest of a pattern is letters, "-", "_", ".". */
function expressionOf(url: string): string {
  return url.replace(/\./g, "\\.").replace(/:\w+/g, "[^/]+").replace(/\*$/, ".*");
}

/** @throws SLW_HTTP_METHOD, with the header that says what is taken */
export function refuseMethod(reply: FastifyReply, taken: readonly string[]): never {
  const allow = [...taken, ...(taken.includes("GET") ? ["HEAD"] : [])].join(", ");
  reply.header("allow", allow);
  throw new SlipwayError("SLW_HTTP_METHOD", `This address takes ${allow}.`, { details: { allow } });
}
