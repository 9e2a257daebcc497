export { askSupervisor, problemError } from "./control-client.ts";
export { launchSupervisor, supervisorExit } from "./launch.ts";
export { endOrphans } from "./orphans.ts";
export { allowStart, forbidStart, presenceOf } from "./presence.ts";
export { signalProcess } from "./process-identity.ts";
export type { ProcessState } from "./state.ts";
export { readSupervisorFile, type SupervisorFile } from "./supervisor-file.ts";
