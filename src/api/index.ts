export { backup, restore, type BackupOptions } from "./backup.ts";
export { examine, type DoctorOptions, type Finding } from "./doctor.ts";
export { countEndpoints, stopEndpoints } from "./open-endpoints.ts";
export type { ApiServer } from "./server.ts";
export { startApi } from "./start-api.ts";
export { isServerAlive, readServerFile, type ServerFile } from "./server-file.ts";
export type { Services } from "./services.ts";
export { startServer, type Server, type ServerOptions } from "./start-server.ts";
export type { JobRef } from "../compute/index.ts";
export type { RemoteStep, WorkerServer } from "../pipelines/index.ts";

/** Steps for a server elsewhere. Loaded when asked for: nothing else of the command line runs them. */
export const loadRemoteWorker = () => import("../pipelines/index.ts");
