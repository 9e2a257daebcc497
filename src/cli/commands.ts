import { automlCommand } from "./automl.ts";
import { automlVerifyCommand } from "./automl-verify.ts";
import type { Command } from "./command.ts";
import { evaluateCommand } from "./evaluate.ts";
import { explainCommand } from "./explain.ts";
import { exportCommand } from "./export.ts";
import { predictCommand } from "./predict.ts";
import { profileCommand } from "./profile.ts";
import { serveCommand } from "./serve.ts";

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
];
