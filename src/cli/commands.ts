import { automlCommand } from "./automl.ts";
import { automlVerifyCommand } from "./automl-verify.ts";
import type { Command } from "./command.ts";
import { computeCommands } from "./compute.ts";
import { backupCommand, restoreCommand } from "./backup.ts";
import { dataCommands } from "./data.ts";
import { datastoreCommands } from "./datastores.ts";
import { doctorCommand } from "./doctor.ts";
import { endpointsCommands } from "./endpoints.ts";
import { environmentCommands } from "./environments.ts";
import { evaluateCommand } from "./evaluate.ts";
import { explainCommand } from "./explain.ts";
import { exportCommand } from "./export.ts";
import { loginCommand, logoutCommand } from "./login.ts";
import { modelsCommands } from "./models.ts";
import { pipelineCommands } from "./pipelines.ts";
import { predictCommand } from "./predict.ts";
import { profileCommand } from "./profile.ts";
import { runsCommands } from "./runs-commands.ts";
import { scheduleCommands } from "./schedules.ts";
import { serveCommand } from "./serve.ts";
import { auditCommand, tokenCommands } from "./tokens.ts";
import { roleCommands, userCommands } from "./users.ts";
import { webhookCommands } from "./webhooks.ts";
import { workerCommand } from "./worker.ts";
import { workspaceCommands } from "./workspaces.ts";
import { downCommand, statusCommand, upCommand } from "./up.ts";

/** In the order of first use. */
export const commands: readonly Command[] = [
  profileCommand,
  automlCommand,
  automlVerifyCommand,
  predictCommand,
  evaluateCommand,
  serveCommand,
  explainCommand,
  exportCommand,
  upCommand,
  statusCommand,
  downCommand,
  workerCommand,
  doctorCommand,
  backupCommand,
  restoreCommand,
  loginCommand,
  logoutCommand,
  ...runsCommands,
  ...dataCommands,
  ...datastoreCommands,
  ...modelsCommands,
  ...endpointsCommands,
  ...pipelineCommands,
  ...scheduleCommands,
  ...computeCommands,
  ...workspaceCommands,
  ...userCommands,
  ...roleCommands,
  ...tokenCommands,
  auditCommand,
  ...environmentCommands,
  ...webhookCommands,
];
