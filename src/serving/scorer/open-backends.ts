/** The models of an endpoint's folder, checked, open and warm. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { SlipwayError } from "../../base/index.ts";
import { openBackend, type Backend } from "../backends/index.ts";
import type { DeploymentConfig, EndpointConfig } from "../config/index.ts";

/**
 * @param folder of the endpoint
 * @param temporaryFolder for sockets and files of the models' processes
 * @returns the backends by the name of the deployment
 * @throws SLW_MODEL_*, SLW_ENDPOINT_BACKEND; then none is left open
 */
export async function openBackends(
  folder: string,
  { deployments }: Pick<EndpointConfig, "deployments">,
  temporaryFolder: string,
): Promise<ReadonlyMap<string, Backend>> {
  const opened = new Map<string, Backend>();
  try {
    for (const deployment of deployments) {
      const temporary = join(temporaryFolder, String(opened.size));
      opened.set(deployment.name, await openOne(folder, deployment, temporary));
    }
    return opened;
  } catch (error) {
    await Promise.allSettled([...opened.values()].map((backend) => backend.close()));
    throw error;
  }
}

async function openOne(folder: string, { name, model }: DeploymentConfig, temporaryFolder: string): Promise<Backend> {
  const path = join(folder, model.path);
  if (model.sha256 !== null) await checkFile(path, model.sha256, name);
  if (model.kind !== "slipway") await mkdir(temporaryFolder, { recursive: true, mode: 0o700 });
  // Of the data folder, in which the endpoints' folder lies.
  const environmentsFolder = join(dirname(dirname(folder)), "python");
  return openBackend({ model, path, temporaryFolder, environmentsFolder });
}

/** @throws SLW_ENDPOINT_BACKEND where the file holds other bytes than were deployed */
async function checkFile(path: string, sha256: string, deployment: string): Promise<void> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash);
  } catch (cause) {
    throw new SlipwayError(
      "SLW_ENDPOINT_BACKEND",
      `The model of ${deployment} cannot be read: ${(cause as Error).message}`,
      {
        fix: "Deploy the model again.",
        cause,
      },
    );
  }
  const got = hash.digest("hex");
  if (got === sha256) return;
  throw new SlipwayError("SLW_ENDPOINT_BACKEND", `The model of ${deployment} is not the one that was deployed.`, {
    fix: "Deploy the model again.",
    details: { expected: sha256, got },
  });
}
