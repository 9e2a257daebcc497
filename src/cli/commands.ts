/** Which module has the commands of a noun. Only what is asked for is loaded: every start of the command line pays. */
import type { Command } from "./command.ts";

/** Loads a noun's commands. */
type Loader = () => Promise<Command | readonly Command[]>;

/** By noun, in the order of first use. */
const loaders: Readonly<Record<string, Loader>> = {
  profile: async () => (await import("./profile.ts")).profileCommand,
  automl: async () => [
    (await import("./automl.ts")).automlCommand,
    (await import("./automl-verify.ts")).automlVerifyCommand,
  ],
  predict: async () => (await import("./predict.ts")).predictCommand,
  evaluate: async () => (await import("./evaluate.ts")).evaluateCommand,
  serve: async () => (await import("./serve.ts")).serveCommand,
  explain: async () => (await import("./explain.ts")).explainCommand,
  export: async () => (await import("./export.ts")).exportCommand,
  up: async () => (await import("./up.ts")).upCommand,
  status: async () => (await import("./up.ts")).statusCommand,
  down: async () => (await import("./up.ts")).downCommand,
  worker: async () => (await import("./worker.ts")).workerCommand,
  doctor: async () => (await import("./doctor.ts")).doctorCommand,
  backup: async () => (await import("./backup.ts")).backupCommand,
  restore: async () => (await import("./backup.ts")).restoreCommand,
  login: async () => (await import("./login.ts")).loginCommand,
  logout: async () => (await import("./login.ts")).logoutCommand,
  runs: async () => (await import("./runs-commands.ts")).runsCommands,
  data: async () => (await import("./data.ts")).dataCommands,
  datastores: async () => (await import("./datastores.ts")).datastoreCommands,
  models: async () => (await import("./models.ts")).modelsCommands,
  endpoints: async () => (await import("./endpoints.ts")).endpointsCommands,
  pipelines: async () => (await import("./pipelines.ts")).pipelineCommands,
  schedules: async () => (await import("./schedules.ts")).scheduleCommands,
  compute: async () => (await import("./compute.ts")).computeCommands,
  workspaces: async () => (await import("./workspaces.ts")).workspaceCommands,
  users: async () => (await import("./users.ts")).userCommands,
  roles: async () => (await import("./users.ts")).roleCommands,
  tokens: async () => (await import("./tokens.ts")).tokenCommands,
  audit: async () => (await import("./tokens.ts")).auditCommand,
  environments: async () => (await import("./environments.ts")).environmentCommands,
  webhooks: async () => (await import("./webhooks.ts")).webhookCommands,
};

/** The first words of all commands. */
export const nouns: readonly string[] = Object.keys(loaders);

/** The commands whose name begins with the noun; none where there is no such noun. */
export async function loadCommandsOf(noun: string): Promise<readonly Command[]> {
  return Object.hasOwn(loaders, noun) ? [await (loaders[noun] as Loader)()].flat() : [];
}

/** All of them, in the order of first use. */
export async function loadCommands(): Promise<readonly Command[]> {
  return (await Promise.all(nouns.map(loadCommandsOf))).flat();
}
