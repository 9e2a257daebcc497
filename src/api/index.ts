export { backup, restore, type BackupOptions } from "./backup.ts";
export { examine, type DoctorOptions, type Finding } from "./doctor.ts";
export { createApi, startApi, type ApiOptions, type ApiServer } from "./server.ts";
export { isServerAlive, readServerFile, type ServerFile } from "./server-file.ts";
export type { Services } from "./services.ts";
export { startServer, type Server, type ServerOptions } from "./start-server.ts";
