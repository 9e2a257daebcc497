/** Paths in datastores: relative, with slashes, and nothing that means another place than it says. */
import { SlipwayError } from "../../base/index.ts";

const longest = 1000;

/**
 * @returns the names that a path consists of
 * @throws SLW_DATASTORE_PATH for an absolute path, "." and "..", backslashes, control characters, and whatever is decoded
 *   a second time somewhere
 */
export function splitPath(path: string): string[] {
  if (path.length > longest) throw wrongPath(path, `it is longer than ${longest} characters`);
  // oxlint-disable-next-line no-control-regex
  if (/[\\\u0000-\u001f\u007f]/.test(path)) throw wrongPath(path, "it has a backslash or a control character");
  if (/%(2e|2f|5c|25|00)/i.test(path)) throw wrongPath(path, "it has an encoded dot, slash, backslash or percent sign");
  if (path.includes(";")) throw wrongPath(path, "it has a semicolon");
  const names = path.split("/");
  for (const name of names) {
    if (name === "") throw wrongPath(path, "it is absolute, empty, or has two slashes in a row");
    if (name === "." || name === "..") throw wrongPath(path, `it has the name ${name} in it`);
    if (/^[a-z]:$/i.test(name)) throw wrongPath(path, "it names a drive");
  }
  return names;
}

/** A folder: "" is the datastore itself; a slash at the end makes no difference. */
export function splitFolder(path: string): string[] {
  const trimmed = path.replace(/\/$/, "");
  return trimmed === "" ? [] : splitPath(trimmed);
}

function wrongPath(path: string, reason: string): SlipwayError {
  return new SlipwayError(
    "SLW_DATASTORE_PATH",
    `The path ${JSON.stringify(path.slice(0, 200))} cannot be used: ${reason}.`,
    {
      details: { path: path.slice(0, 200), reason },
    },
  );
}

export function noFile(path: string): SlipwayError {
  return new SlipwayError("SLW_DATASTORE_NO_FILE", `The datastore has no file "${path}".`, { details: { path } });
}

export function unreachable(what: string, reason: string, cause?: unknown): SlipwayError {
  return new SlipwayError("SLW_DATASTORE_UNREACHABLE", `${what} cannot be read: ${reason}.`, {
    details: { reason },
    cause,
  });
}

export function unsupported(kind: string, what: string): SlipwayError {
  return new SlipwayError("SLW_DATASTORE_UNSUPPORTED", `A datastore of the kind ${kind} has no ${what}.`, {
    details: { kind },
  });
}
