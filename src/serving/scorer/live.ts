/** What of a configuration every request needs, made once for each revision: a request sees one revision or another. */
import type { Backend } from "../backends/index.ts";
import type { DeployedModel, EndpointConfig, EndpointSettings } from "../config/index.ts";
import { createAuthenticator } from "./authenticate.ts";
import type { Authenticate } from "./bearer.ts";
import { createShare, createTraffic } from "./traffic.ts";

// An import would read every member of the module, and one of them loads a client for WebSockets: 30 ms.
const { validateHeaderValue } = process.getBuiltinModule("node:http");

export const deploymentHeader = "azureml-model-deployment";
export const modelHeader = "x-slipway-model";

export interface Deployment {
  readonly name: string;
  readonly model: Pick<DeployedModel, "name" | "version" | "kind">;
  /** "bank@3", as a header can carry it. */
  readonly modelName: string;
  /** The headers that name it, each with its line end. */
  readonly head: string;
  readonly backend: Backend;
}

/** A deployment that gets copies of requests. */
export interface Mirror {
  readonly deployment: Deployment;
  /** Whether the next request is one of its share. */
  readonly takesNext: () => boolean;
}

export interface Live {
  readonly config: EndpointConfig;
  readonly settings: EndpointSettings;
  /** The one with the most traffic first. */
  readonly deployments: readonly Deployment[];
  readonly mirrors: readonly Mirror[];
  readonly authenticate: Authenticate;
  /** The deployment whose turn it is; null where none has traffic. */
  readonly nextDeployment: () => Deployment | null;
  /** The value of access-control-allow-origin for a page of this origin, null for none. */
  readonly allowedOrigin: (origin: string) => string | null;
}

/** @param backends by the name of the deployment, one for each of the configuration's */
export function liveOf(config: EndpointConfig, backends: ReadonlyMap<string, Backend>): Live {
  const byTraffic = config.deployments.toSorted((a, b) => b.traffic - a.traffic);
  const deployments = byTraffic.map(({ name, model }) => openDeployment(name, model, backends.get(name)));
  const next = createTraffic(byTraffic.map(({ traffic }) => traffic));
  const mirrors = byTraffic.flatMap(({ mirror }, i) =>
    mirror > 0 ? [{ deployment: deployments[i] as Deployment, takesNext: createShare(mirror) }] : [],
  );
  return {
    config,
    settings: config.settings,
    deployments,
    mirrors,
    authenticate: createAuthenticator(config.auth),
    nextDeployment: () => deployments[next()] ?? null,
    allowedOrigin: createOriginCheck(config.settings.corsOrigins),
  };
}

function openDeployment(name: string, model: Deployment["model"], backend: Backend | undefined): Deployment {
  if (backend === undefined) throw new Error(`the deployment ${name} is not open`);
  const modelName = headerText(`${model.name}@${model.version}`);
  validateHeaderValue(deploymentHeader, name);
  const head = `${deploymentHeader}: ${name}\r\n${modelHeader}: ${modelName}\r\n`;
  return { name, model, modelName, head, backend };
}

/** What is not visible ASCII is percent-encoded. */
function headerText(text: string): string {
  return text.replace(/[^\x21-\x7e]/gu, (character) => encodeURIComponent(character.toWellFormed()));
}

function createOriginCheck(allowed: readonly string[]): Live["allowedOrigin"] {
  if (allowed.includes("*")) return () => "*";
  const origins = new Set(allowed);
  return (origin) => (origins.has(origin) ? origin : null);
}
