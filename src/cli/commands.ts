import { automlCommand } from "./automl.ts";
import type { Command } from "./command.ts";
import { explainCommand } from "./explain.ts";
import { exportCommand } from "./export.ts";
import { predictCommand } from "./predict.ts";
import { profileCommand } from "./profile.ts";
import { serveCommand } from "./serve.ts";

/** In the order of first use. */
export const commands: readonly Command[] = [
  profileCommand,
  automlCommand,
  predictCommand,
  serveCommand,
  explainCommand,
  exportCommand,
];
