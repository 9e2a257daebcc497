import type { Command } from "./command.ts";
import { runsChangeCommands } from "./runs-change.ts";
import { runsCompareCommand } from "./runs-compare.ts";
import { runsListCommand } from "./runs-list.ts";
import { runsLogsCommand } from "./runs-logs.ts";
import { runsPipelineCommands } from "./runs-pipeline.ts";
import { runsShowCommand } from "./runs-show.ts";
import { runsWatchCommand } from "./runs-watch.ts";

export const runsCommands: readonly Command[] = [
  runsListCommand,
  runsShowCommand,
  runsWatchCommand,
  runsLogsCommand,
  runsCompareCommand,
  ...runsChangeCommands,
  ...runsPipelineCommands,
];
