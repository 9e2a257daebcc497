/** Endpoints and deployments as the store knows them. */
import type { Actor } from "../../store/index.ts";
import type { AuthMode, DeployedModel, EndpointSettings } from "../config/index.ts";
import type { ProcessState } from "../supervisor/state.ts";

/** Azure ML's words. */
export type EndpointState = "Transitioning" | "Healthy" | "Unhealthy" | "Failed" | "Stopped";
export type ComputeType = "quick" | "production";
export type KeyName = "primary" | "secondary";

export interface Endpoint {
  /** newId(); also the name of its folder. */
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly computeType: ComputeType;
  readonly authMode: AuthMode;
  /** What its user wants. */
  readonly desired: "started" | "stopped" | "deleted";
  /** What was last seen of it. */
  readonly state: EndpointState;
  /** Why it is not healthy. */
  readonly stateReason: string | null;
  readonly settings: EndpointSettings;
  /** The address that it listens on. */
  readonly host: string;
  readonly port: number;
  /** Id of the data folder that has its folder (openHome). */
  readonly home: string;
  /** Rises with every change that its processes must learn of. */
  readonly revision: number;
  /** What its processes were last seen to run. */
  readonly appliedRevision: number;
  /** Sealed private key for token auth; null before the first need. */
  readonly tokenKey: Buffer | null;
  /** In the order in which they were made. */
  readonly deployments: readonly Deployment[];
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly lastRequestAt: Date | null;
}

export interface Deployment {
  readonly id: string;
  /** Unique in its endpoint: "blue". */
  readonly name: string;
  readonly versionId: string;
  readonly model: { readonly name: string; readonly version: number; readonly kind: DeployedModel["kind"] };
  /** The file to load among the version's files; null where there is none. */
  readonly primaryPath: string | null;
  readonly primarySha256: string | null;
  readonly state: "Transitioning" | "Healthy" | "Failed";
  readonly stateReason: string | null;
  /** Why it failed. */
  readonly problem: Problem | null;
  /** Percent that it gets once it is healthy. */
  readonly requestedTraffic: number;
  /** Percent. */
  readonly traffic: number;
  /** Percent before the last change of the traffic. */
  readonly previousTraffic: number;
  /** Percent of the requests that it gets a copy of. */
  readonly mirror: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** An error as a row keeps it. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

/** Which endpoint: every function looks in this workspace alone. */
export interface EndpointRef {
  readonly workspaceId: string;
  /** Its name. */
  readonly endpoint: string;
}

/** Who changes it: part of the input of every change. */
export interface By {
  readonly actor: Actor;
}

/** What is asked of an endpoint's processes: controller.ts, and a stand-in in tests. `folder` is the endpoint's. */
export interface Controller {
  /** Adopts the processes that live, or starts them; resolves when they listen. @throws SlipwayError with their problem */
  ensureRunning(folder: string): Promise<void>;
  /** Resolves when all replicas run what config.json says. @throws SlipwayError with the replica's problem */
  applyConfig(folder: string): Promise<void>;
  /** Requests that run are answered; resolves when all processes are gone, or none was there. */
  stopEndpoint(folder: string): Promise<void>;
  /** Null where no supervisor lives. */
  readState(folder: string): Promise<ProcessState | null>;
}
