/** What the pages ask of the server, and the choices that their addresses know. */
import { query, type InputOf } from "../api/index.ts";

export const endpointTabs = ["test", "consume", "swagger", "logs", "metrics", "deployments", "settings"] as const;
export type EndpointTab = (typeof endpointTabs)[number];

export const languages = ["curl", "python", "typescript"] as const;
export type Language = (typeof languages)[number];

/** How far back metrics go. */
export const ranges = ["15m", "1h", "6h", "24h", "7d", "30d"] as const;
export type Range = (typeof ranges)[number];

/** Search parameters of an endpoint's page. */
export interface EndpointSearch {
  readonly tab?: EndpointTab | undefined;
  /** Test: the request as JSON instead of the form. */
  readonly mode?: "json" | undefined;
  /** Test: with what each column contributed. */
  readonly explain?: true | undefined;
  /** Test: the deployment that is asked, whatever the traffic. */
  readonly deployment?: string | undefined;
  /** Consume. */
  readonly language?: Language | undefined;
  /** Logs: this level and worse. */
  readonly level?: "warn" | "error" | undefined;
  readonly status?: "2xx" | "4xx" | "5xx" | undefined;
  /** Logs: requests of at least so many milliseconds. */
  readonly slow?: number | undefined;
  /** Logs: id of a request. */
  readonly request?: string | undefined;
  /** Metrics. */
  readonly range?: Range | undefined;
  readonly open?: string[] | undefined;
}

export function listInput(
  workspace: string,
  { q, sort }: { readonly q?: string | undefined; readonly sort?: string | undefined },
): InputOf<"listEndpoints"> {
  return { workspace, query: { limit: 50, ...(q !== undefined && { name: q }), ...(sort !== undefined && { sort }) } };
}

/** Working requests; of an endpoint that answers only. */
export function examplesQuery(workspace: string, endpoint: string) {
  return { ...query("getEndpointExamples", { workspace, endpoint }), retry: false };
}

export interface LogAsked {
  readonly workspace: string;
  readonly endpoint: string;
  /** This level and worse. */
  readonly level?: "warn" | "error" | undefined;
  /** Id of one request. */
  readonly request?: string | undefined;
}

/** The end of the log, which the stream goes on with. */
export function logTail({ workspace, endpoint, level, request }: LogAsked) {
  const asked = { tail: 1000, ...(level && { level }), ...(request !== undefined && { requestId: request }) };
  return { ...query("getEndpointLogs", { workspace, endpoint, query: asked }), staleTime: 0 };
}
