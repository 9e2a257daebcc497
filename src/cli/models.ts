import type { Command } from "./command.ts";
import { modelsChangeCommands } from "./models-change.ts";
import { modelsCompareCommand } from "./models-compare.ts";
import { modelsDownloadCommand, modelsExportCommand } from "./models-download.ts";
import { modelsListCommand, modelsVersionsCommand } from "./models-list.ts";
import { modelsRegisterCommand } from "./models-register.ts";
import { modelsShowCommand } from "./models-show.ts";

export const modelsCommands: readonly Command[] = [
  modelsListCommand,
  modelsShowCommand,
  modelsVersionsCommand,
  modelsRegisterCommand,
  modelsCompareCommand,
  ...modelsChangeCommands,
  modelsExportCommand,
  modelsDownloadCommand,
];
