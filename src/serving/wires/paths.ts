/** Every address of the wires, as clients send it: nothing is decoded, so that there is one reading of a path. */

const get = "GET, HEAD, OPTIONS";
const post = "POST, OPTIONS";

/** Fixed paths with the methods they take; methodsOf also knows those that carry a model's name. */
export const wirePaths: Readonly<Record<string, string>> = {
  "/score": post,
  "/invocations": post,
  "/ping": get,
  "/health": get,
  "/version": get,
  "/v2": get,
  "/v2/health/live": get,
  "/v2/health/ready": get,
};

const modelPath = /^\/v2\/models\/([^/]{1,300})(?:\/versions\/([^/]{1,100}))?(?:\/(ready|infer))?$/;

/** The value of the Allow header for a path of the wires; null for any other path. */
export function methodsOf(path: string): string | null {
  if (Object.hasOwn(wirePaths, path)) return wirePaths[path] as string;
  const match = path.startsWith("/v2/models/") ? modelPath.exec(path) : null;
  if (match === null) return null;
  return match[3] === "infer" ? post : get;
}

/** The model, and the version as it stands there, that an address of the Open Inference Protocol names. */
export function namedModel(path: string): { readonly name: string; readonly version: string | null } | null {
  const match = path.startsWith("/v2/models/") ? modelPath.exec(path) : null;
  if (match === null) return null;
  return { name: decoded(match[1] as string), version: match[2] ?? null };
}

/** A name is compared, never looked up; one that is no percent-encoding is no model's. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
