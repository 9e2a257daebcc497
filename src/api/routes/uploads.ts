import { operations, type Upload as UploadBody } from "../../contract/index.ts";
import { SlipwayError } from "../../base/index.ts";
import { loadDatasets, type Upload } from "../../data/index.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";

const { getUpload, receiveUpload } = await loadDatasets();

export function uploadRoutes({ database, artifacts }: Services): Route[] {
  return [
    route(operations.createUpload, async ({ query, headers, workspace, actor, idempotentId, upload, signal }) => {
      const size = headers["content-length"];
      const input = {
        id: query.id ?? idempotentId,
        workspaceId: workspace.id,
        fileName: query.fileName ?? "upload",
        size: typeof size === "string" ? Number(size) : undefined,
        sha256: parseDigest(headers["content-digest"]),
        createdBy: actor.userName,
      };
      return toBody(await receiveUpload({ database, artifacts }, input, upload, signal));
    }),
    route(operations.getUpload, async ({ params, workspace }) =>
      toBody(await getUpload(database, workspace.id, params.upload)),
    ),
  ];
}

/** @returns hexadecimal digits of the sha-256 among the digests (RFC 9530) */
function parseDigest(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const text = String(header);
  const match = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):\s*(?:,|$)/.exec(text);
  if (match === null) {
    throw new SlipwayError("SLW_UPLOAD_DIGEST", "The Content-Digest header has no sha-256.", {
      details: { got: text.slice(0, 200) },
    });
  }
  return Buffer.from(match[1] as string, "base64").toString("hex");
}

function toBody({ createdAt, ...upload }: Upload): UploadBody {
  return { ...upload, createdAt: createdAt.toISOString() };
}
