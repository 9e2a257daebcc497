import type { Datastore } from "../../contract/index.ts";

/** Where a datastore is, on one line. */
export function placeOf({ kind, settings }: Pick<Datastore, "kind" | "settings">): string {
  const of = settings as unknown as Readonly<Record<string, string | number>>;
  if (kind === "disk") return String(of["folder"]);
  if (kind === "s3") return `s3://${of["bucket"]}${of["prefix"] === "" ? "" : `/${of["prefix"]}`}`;
  if (kind === "https") return String(of["url"]);
  return `${of["user"]}@${of["host"]}:${of["port"]}/${of["database"]}`;
}
