/** Files that a web server gives out. */
import { fetchOutbound, assertOutboundUrl } from "../../store/index.ts";
import { noFile, splitPath, unreachable, unsupported } from "./paths.ts";
import type { DatastoreConfig, DatastoreReach, OpenDatastore, OpenedFile } from "./types.ts";

type HttpsConfig = Extract<DatastoreConfig, { kind: "https" }>;

/** Milliseconds for a whole file, and for a test. */
const fileMilliseconds = 3_600_000;
const testMilliseconds = 20_000;

/** @throws SLW_OUTBOUND_URL, SLW_OUTBOUND_ADDRESS */
export function openHttps({ settings, credentials }: HttpsConfig, reach: DatastoreReach): OpenDatastore {
  const base = assertOutboundUrl(settings.url, reach.origins).href.replace(/\/*$/, "");
  const headers: Record<string, string> = credentials ? { authorization: `Bearer ${credentials.token}` } : {};
  return {
    async openFile(path, signal) {
      const encoded = splitPath(path).map(encodeURIComponent).join("/");
      return fetchFile(reach, `${base}/${encoded}`, { headers, shown: path, ...(signal && { signal }) });
    },
    openQuery: () => Promise.reject(unsupported("https", "queries")),
    listPaths: () => Promise.reject(unsupported("https", "lists of paths")),
    async test() {
      const options = { allow: reach.origins, maxBytes: 1 << 20, timeout: testMilliseconds, headers };
      const { status, body } = await fetchOutbound(base, { ...options, method: "HEAD" });
      body.destroy();
      if (status === 401 || status === 403) throw unreachable(settings.url, `it answers with status ${status}`);
    },
    close: () => Promise.resolve(),
  };
}

/** A file by its URL. @throws SLW_OUTBOUND_*, SLW_DATASTORE_NO_FILE, SLW_DATASTORE_UNREACHABLE */
export function openUrl(reach: DatastoreReach, url: string, signal?: AbortSignal): Promise<OpenedFile> {
  const shown = withoutQuery(assertOutboundUrl(url, reach.origins));
  return fetchFile(reach, url, { headers: {}, shown, ...(signal && { signal }) });
}

/** A query may hold a key ("?sig=…"), so it is not kept. */
export function withoutQuery(url: URL): string {
  return `${url.origin}${url.pathname}${url.search === "" ? "" : "?…"}`;
}

async function fetchFile(
  reach: DatastoreReach,
  url: string,
  { headers, shown, signal }: { headers: Record<string, string>; shown: string; signal?: AbortSignal },
): Promise<OpenedFile> {
  const answer = await fetchOutbound(url, {
    allow: reach.origins,
    maxBytes: Number.MAX_SAFE_INTEGER,
    timeout: fileMilliseconds,
    headers,
    ...(signal && { signal }),
  });
  const { status, body } = answer;
  const encoding = answer.headers["content-encoding"] ?? "identity";
  if (status === 200 && encoding === "identity") {
    const length = Number(answer.headers["content-length"] ?? NaN);
    return { stream: body, size: Number.isSafeInteger(length) ? length : null, fileName: nameOf(answer.url) };
  }
  body.destroy();
  if (status === 404 || status === 410) throw noFile(shown);
  throw unreachable(shown, status === 200 ? `it comes compressed (${encoding})` : `the answer has status ${status}`);
}

/** The last part of the path, for messages. */
function nameOf(url: string): string {
  const last = decoded(new URL(url).pathname.split("/").at(-1) ?? "");
  // oxlint-disable-next-line no-control-regex
  return last.replace(/[\u0000-\u001f\u007f]/g, "").slice(0, 200) || "download";
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
