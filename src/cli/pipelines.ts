import type { Command } from "./command.ts";
import { pipelinesChangeCommands } from "./pipelines-change.ts";
import { pipelinesListCommands } from "./pipelines-list.ts";
import { pipelinesPublishCommand } from "./pipelines-publish.ts";
import { pipelinesRunCommand } from "./pipelines-run.ts";
import { pipelinesValidateCommand } from "./pipelines-validate.ts";

export const pipelineCommands: readonly Command[] = [
  pipelinesValidateCommand,
  pipelinesPublishCommand,
  pipelinesRunCommand,
  ...pipelinesListCommands,
  ...pipelinesChangeCommands,
];
