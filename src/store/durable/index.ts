export { hasEndedWorkflows, openDurableClient, type DurableClient } from "./client.ts";
export { launchExecutor } from "./executor.ts";
