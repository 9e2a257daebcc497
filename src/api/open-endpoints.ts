/** What endpoints need of a server: their folder, the address that they listen on, and where traces go. */
import { join } from "node:path";
import type { EndpointKeeper } from "../serving/index.ts";
import type { Services } from "./services.ts";

export interface EndpointPlace extends Pick<Services, "database" | "artifacts" | "secrets" | "log"> {
  readonly dataFolder: string;
  /** The API's: endpoints listen on the same address. */
  readonly host: string;
}

/** For commands that need nothing else of it. */
const load = async () => (await import("../serving/index.ts")).loadEndpoints();

/** Where the folders of endpoints are. */
export function endpointsFolder(dataFolder: string): string {
  return join(dataFolder, "endpoints");
}

export async function openEndpoints({ dataFolder, ...rest }: EndpointPlace): Promise<EndpointKeeper> {
  const { createController, openKeeper } = await load();
  const otlpEndpoint = process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] || null;
  return openKeeper({ ...rest, folder: endpointsFolder(dataFolder), otlpEndpoint, controller: createController() });
}

/** How many endpoints of a data folder have processes that live, whether a server does or not. */
export async function countEndpoints(dataFolder: string): Promise<number> {
  return (await load()).countRunning(endpointsFolder(dataFolder));
}

/** Once no server runs on the data folder. @returns how many had processes; the next server starts them again */
export async function stopEndpoints(dataFolder: string): Promise<number> {
  return (await load()).stopAll(endpointsFolder(dataFolder));
}
