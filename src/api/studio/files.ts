/**
 * The files of the studio that scripts/build-studio.mjs makes of src/studio. They are public, since they hold no data; what
 * the pages show they ask the API for. A file is found by a name of one part that has no way out of its folder.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { SlipwayError } from "../../base/index.ts";
import { acceptedEncodings, type Encoding } from "../encoding.ts";

/** Folders of files, and how long a browser may keep them: a name in assets has the hash of its content. */
const folders = [
  { url: "/assets/:file", folder: "assets", caching: "public, max-age=31536000, immutable" },
  { url: "/icons/:file", folder: "icons", caching: "no-cache" },
  { url: "/:file", folder: "", caching: "no-cache" },
];

const mediaTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

export function addFiles(scope: FastifyInstance, folder: string): void {
  const config = { access: "public", workspace: null } as const;
  const kept = new Map<string, Buffer>();
  for (const { url, folder: name, caching } of folders) {
    const read = name === "assets" ? (path: string) => readOnce(path, kept) : (path: string) => readFile(path);
    scope.get(url, { config }, async (request, reply) => {
      const { file } = request.params as { readonly file: string };
      const type = /^\w[\w.-]*$/.test(file) ? mediaTypes[extname(file)] : undefined;
      const found = type === undefined ? null : await readEncoded(join(folder, name, file), request, read);
      if (type === undefined || found === null) {
        throw new SlipwayError("SLW_HTTP_NOT_FOUND", "There is nothing at this address.");
      }
      // An image that is opened by itself is a document too, and may hold scripts.
      reply.headers({
        "cache-control": caching,
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      });
      return sendFile(request, reply.type(type), found);
    });
  }
}

interface EncodedFile {
  readonly bytes: Buffer;
  readonly encoding: Encoding["name"];
}

/** A file whose name has the hash of its content: all of them in all their encodings are 3 MB. */
async function readOnce(path: string, kept: Map<string, Buffer>): Promise<Buffer> {
  const bytes = kept.get(path) ?? (await readFile(path));
  kept.set(path, bytes);
  return bytes;
}

/** @returns the file in the best encoding that the client takes and that is there; null where there is no such file */
async function readEncoded(
  path: string,
  request: FastifyRequest,
  read: (path: string) => Promise<Buffer>,
): Promise<EncodedFile | null> {
  for (const { name, suffix } of acceptedEncodings(request.headers["accept-encoding"] as string | undefined)) {
    try {
      return { bytes: await read(`${path}${suffix}`), encoding: name };
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (!["ENOENT", "EISDIR", "ENOTDIR"].includes(code)) throw error;
    }
  }
  return null;
}

function sendFile(request: FastifyRequest, reply: FastifyReply, { bytes, encoding }: EncodedFile): FastifyReply {
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  reply.headers({ etag, vary: "accept-encoding", ...(encoding !== null && { "content-encoding": encoding }) });
  const known = String(request.headers["if-none-match"] ?? "").split(",");
  if (known.some((tag) => tag.trim().replace(/^W\//, "") === etag)) return reply.code(304).send();
  return reply.send(bytes);
}
