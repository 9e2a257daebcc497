/** A request by its wire, for the deployment that answers it. */
import type { ParsedRequest, Wire } from "../wires/index.ts";
import type { Exchange } from "./exchange.ts";
import type { Deployment } from "./live.ts";

/** @throws SLW_HTTP_*, SLW_SCORE_* */
export function parseFor(
  { live, path, request }: Pick<Exchange, "live" | "path" | "request">,
  { model, backend }: Deployment,
  wire: Wire,
  body: Buffer,
): ParsedRequest {
  const mediaType = mediaTypeOf(request.headers["content-type"]) ?? "";
  const accept = request.headers.accept ?? null;
  return wire.parse({ path, mediaType, accept, body, schema: backend.schema, settings: live.settings, model });
}

const textType = /^([a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+)[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?$/i;

/** The Content-Type without parameters, lower case; null for one that is none, or is in other characters than UTF-8. */
export function mediaTypeOf(contentType: string | undefined): string | null {
  if (contentType === "application/json") return contentType;
  return textType.exec(contentType ?? "")?.[1]?.toLowerCase() ?? null;
}
