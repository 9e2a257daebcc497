/**
 * Paths and locations of artifacts as MLflow's clients write them. A path is a name in a table, never a file's; it is
 * checked all the same, since clients make files of it.
 */
import { invalidParameter } from "./errors.ts";

/**
 * A path below some root, decoded once: with single slashes, none at its beginning or end; "" for the root.
 * @throws SLW_MLFLOW_INPUT ("Invalid path", as MLflow says) for absolute paths, drives, URIs, "..", backslashes,
 *   control characters, parameters (";"), fragments ("#"), and what is still percent-encoded
 */
export function safePath(path: string): string {
  const segments = path.split("/");
  const safe = segments.filter((segment) => segment !== "" && segment !== ".").join("/");
  // oxlint-disable-next-line no-control-regex
  const hostile = /[\u0000-\u001f\u007f\\;#]|%[0-9a-f]{2}/i.test(path) || path.startsWith("/");
  // What is left of "./c:/a" is one as well.
  const hasScheme = [path, safe].some((text) => /^[a-z][a-z0-9+.-]*:/i.test(text));
  const long = path.length > 1000 || segments.some((segment) => segment.length > 250);
  const refused = hostile || hasScheme || long || segments.includes("..") || !path.isWellFormed();
  if (refused) throw invalidParameter("Invalid path");
  return safe;
}

/** As safePath, of a file. @throws SLW_MLFLOW_INPUT */
export function safeFilePath(path: string): string {
  const safe = safePath(path);
  if (safe === "" || path.endsWith("/")) throw invalidParameter("Invalid path");
  return safe;
}

export function joinPath(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("/");
}

/** Below this path, MLflow's server serves artifacts over HTTP. */
const served = "/api/2.0/mlflow-artifacts/artifacts";

/**
 * The path, below the root of the proxied artifacts, that a location stands for: "mlflow-artifacts:/0/ID/artifacts",
 * or an address of the server's own artifact API. Null for any other location: it is the clients' own affair, and the
 * server neither reads nor writes there.
 */
export function proxiedPath(location: string): string | null {
  const match = /^(mlflow-artifacts|https?):(?:\/\/[^/?#]*)?([^?#]*)$/i.exec(location);
  if (match === null) return null;
  const [, scheme = "", path = ""] = match;
  if (scheme.toLowerCase() === "mlflow-artifacts") return relative(path);
  const start = path.indexOf(served);
  return start < 0 ? null : relative(path.slice(start + served.length));
}

/** Null where it does not stay below the root. */
function relative(path: string): string | null {
  try {
    return safePath(path.replace(/^\/+/, ""));
  } catch {
    return null;
  }
}
