/** A bucket of Amazon S3 or of a server that speaks its protocol. */
import type { Readable } from "node:stream";
import type * as sdkModule from "@aws-sdk/client-s3";
import type { ListObjectsV2CommandOutput, S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import { assertOutboundUrl } from "../../store/index.ts";
import { noFile, splitFolder, splitPath, unreachable, unsupported } from "./paths.ts";
import { checkedLookup } from "./reach.ts";
import type { DatastoreConfig, DatastoreReach, OpenDatastore, OpenedFile, PathPage } from "./types.ts";

type S3Config = Extract<DatastoreConfig, { kind: "s3" }>;
type Sdk = typeof sdkModule;

// Taken so since an import of them loads fetch and all it needs, 20 ms of every start.
const { Agent: HttpAgent } = process.getBuiltinModule("node:http");
const { Agent: HttpsAgent } = process.getBuiltinModule("node:https");

/** Milliseconds until a connection must stand, and until bytes must go on coming. */
const connectMilliseconds = 10_000;
const idleMilliseconds = 60_000;

/** @throws SLW_OUTBOUND_URL, SLW_OUTBOUND_ADDRESS */
export async function openS3(config: S3Config, reach: DatastoreReach): Promise<OpenDatastore> {
  const { bucket, prefix } = config.settings;
  // Imported when used: the SDK takes 300 ms to load.
  const sdk = await import("@aws-sdk/client-s3");
  const client = new sdk.S3Client(clientConfig(config, reach));
  const root = prefix === "" ? "" : `${prefix}/`;
  const list = (options: object): Promise<ListObjectsV2CommandOutput> =>
    asked(bucket, client.send(new sdk.ListObjectsV2Command({ Bucket: bucket, ...options })));
  return {
    openFile: async (path, signal) =>
      openObject(sdk, client, { bucket, key: root + splitPath(path).join("/"), path }, signal),
    openQuery: () => Promise.reject(unsupported("s3", "queries")),
    async listPaths(folder, { limit, cursor }) {
      const names = splitFolder(folder);
      const Prefix = root + names.map((name) => `${name}/`).join("");
      const token = cursor === undefined ? {} : { ContinuationToken: cursor };
      return toPage(await list({ Prefix, Delimiter: "/", MaxKeys: limit, ...token }), root, Prefix);
    },
    test: async () => void (await list({ Prefix: root, MaxKeys: 1 })),
    close: () => Promise.resolve(client.destroy()),
  };
}

/** Everything is said here, so that nothing is taken from the environment of the server, whose keys are not the user's. */
function clientConfig({ settings, credentials }: S3Config, reach: DatastoreReach): S3ClientConfig {
  const { region, endpoint = `https://s3.${region}.amazonaws.com` } = settings;
  const url = assertOutboundUrl(endpoint, reach.origins);
  const agent = { lookup: checkedLookup(reach.origins.includes(url.origin)), keepAlive: false };
  return {
    region,
    endpoint: url.href,
    forcePathStyle: settings.endpoint !== undefined,
    credentials: credentials ?? { accessKeyId: "anonymous", secretAccessKey: "anonymous" },
    // Without credentials of the user requests go unsigned.
    ...(credentials === undefined && { signer: { sign: (request) => Promise.resolve(request) } }),
    maxAttempts: 2,
    requestHandler: {
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent(agent),
      connectionTimeout: connectMilliseconds,
      socketTimeout: idleMilliseconds,
    },
  };
}

async function openObject(
  { GetObjectCommand }: Sdk,
  client: S3Client,
  { bucket, key, path }: { bucket: string; key: string; path: string },
  signal: AbortSignal | undefined,
): Promise<OpenedFile> {
  const request = client.send(
    new GetObjectCommand({ Bucket: bucket, Key: key }),
    signal ? { abortSignal: signal } : {},
  );
  const { Body, ContentLength } = await asked(bucket, request, path);
  return { stream: Body as Readable, size: ContentLength ?? null, fileName: path.split("/").at(-1) as string };
}

function toPage(answer: ListObjectsV2CommandOutput, root: string, folder: string): PathPage {
  const folders = (answer.CommonPrefixes ?? []).map(({ Prefix = "" }) => ({
    path: Prefix.slice(root.length),
    size: null,
    modifiedAt: null,
  }));
  const files = (answer.Contents ?? [])
    // What some tools write to mark a folder.
    .filter(({ Key }) => Key !== folder)
    .map(({ Key = "", Size = 0, LastModified }) => ({
      path: Key.slice(root.length),
      size: Size,
      modifiedAt: LastModified ?? null,
    }));
  const items = [...folders, ...files].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const nextCursor = answer.NextContinuationToken;
  return nextCursor === undefined ? { items } : { items, nextCursor };
}

/** The errors of the SDK as ours. @param path of the object, where it is about one */
async function asked<T>(bucket: string, request: Promise<T>, path?: string): Promise<T> {
  try {
    return await request;
  } catch (cause) {
    const { name, message, cause: inner, $metadata } = cause as Error & { $metadata?: { httpStatusCode?: number } };
    if (path !== undefined && (name === "NoSuchKey" || name === "NotFound")) throw noFile(path);
    // Answers without a body of S3's have no name; what a connection failed of stands below.
    const isNamed = name !== "Unknown" && name !== "UnknownError";
    const said = isNamed ? `${name}: ${message}` : `status ${$metadata?.httpStatusCode ?? "unknown"}`;
    throw unreachable(
      `The bucket ${bucket}`,
      inner instanceof Error && inner.message !== "" ? inner.message : said,
      cause,
    );
  }
}
