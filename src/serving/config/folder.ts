/** Where everything of an endpoint lies in its folder, and how its configuration is read and written. */
import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { SlipwayError } from "../../base/index.ts";
import type { EndpointConfig } from "./types.ts";

export interface EndpointFolder {
  readonly path: string;
  readonly config: string;
  /** Written by the supervisor: who it is (SupervisorFile). */
  readonly supervisor: string;
  /** What supervisor and replicas print. */
  readonly processLog: string;
  /** Models, each in a folder of the name of its version's id. */
  readonly models: string;
  /** Request logs, one writer a file. */
  readonly logs: string;
  /** Counts and latencies, one writer a file. */
  readonly metrics: string;
  /** Collected rows until the server has stored them, one writer a file. */
  readonly collected: string;
}

export function endpointFolder(path: string): EndpointFolder {
  return {
    path,
    config: join(path, "config.json"),
    supervisor: join(path, "supervisor.json"),
    processLog: join(path, "process.log"),
    models: join(path, "models"),
    logs: join(path, "logs"),
    metrics: join(path, "metrics"),
    collected: join(path, "collected"),
  };
}

/** Whole or not at all, and on disk when it resolves. */
export async function writeConfig(folder: EndpointFolder, config: EndpointConfig): Promise<void> {
  const temporary = `${folder.config}.${process.pid}.new`;
  const file = await open(temporary, "w", 0o600);
  try {
    await file.writeFile(JSON.stringify(config));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, folder.config);
}

/** @throws SLW_ENDPOINT_CONFIG */
export async function readConfig(folder: EndpointFolder): Promise<EndpointConfig> {
  try {
    const config = JSON.parse(await readFile(folder.config, "utf8")) as EndpointConfig;
    if (config.format === 1) return config;
    throw new Error(`its format is ${String(config.format)}, this release reads 1`);
  } catch (cause) {
    throw new SlipwayError(
      "SLW_ENDPOINT_CONFIG",
      `${folder.config} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`,
      { details: { file: folder.config }, cause },
    );
  }
}
