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
  const query = queryOf(request.url ?? "");
  const { settings } = live;
  return wire.parse({ path, query, mediaType, accept, body, schema: backend.schema, settings, model });
}

/** Without the question mark; empty for none. */
function queryOf(url: string): string {
  const start = url.indexOf("?");
  return start < 0 ? "" : url.slice(start + 1);
}

const withParameters = /^([a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+)[ \t]*((?:;[^;]*)*)$/i;
const parameter = /^[ \t]*([a-z0-9_-]+)=(?:"([^"\\]*)"|([^"\s]+))[ \t]*$/i;

/** What parameters may say: bytes are read as UTF-8, and CSV begins with its header (RFC 4180, 3). */
const understood: Readonly<Record<string, ReadonlySet<string>>> = {
  charset: new Set(["utf-8", "utf8", "us-ascii"]),
  header: new Set(["present"]),
};

/** The Content-Type without parameters, lower case; null for one that is none, or whose parameters say something else. */
export function mediaTypeOf(contentType: string | undefined): string | null {
  if (contentType === "application/json") return contentType;
  const match = withParameters.exec(contentType ?? "");
  if (match === null) return null;
  const type = (match[1] as string).toLowerCase();
  const parameters = (match[2] as string).split(";").slice(1);
  return parameters.every((text) => isUnderstood(type, text)) ? type : null;
}

function isUnderstood(type: string, text: string): boolean {
  // A semicolon at the end says nothing (RFC 9110, 5.6.6).
  if (text.trim() === "") return true;
  const [, name = "", quoted, plain] = parameter.exec(text) ?? [];
  const key = name.toLowerCase();
  if (key === "header" && type !== "text/csv") return false;
  return Object.hasOwn(understood, key) && (understood[key]?.has((quoted ?? plain ?? "").toLowerCase()) ?? false);
}
