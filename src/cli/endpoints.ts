import type { Command } from "./command.ts";
import { endpointsBatchCommand } from "./endpoints-batch.ts";
import { endpointsBenchCommand } from "./endpoints-bench.ts";
import { endpointsChangeCommands } from "./endpoints-change.ts";
import { endpointsCollectedCommand, endpointsDatasetCommand } from "./endpoints-collected.ts";
import { endpointsDeployCommand } from "./endpoints-deploy.ts";
import { endpointsKeysCommand, endpointsTokenCommand } from "./endpoints-keys.ts";
import { endpointsListCommand } from "./endpoints-list.ts";
import { endpointsLogsCommand, endpointsMetricsCommand } from "./endpoints-logs.ts";
import { endpointsShowCommand } from "./endpoints-show.ts";
import { endpointsTestCommand } from "./endpoints-test.ts";

export const endpointsCommands: readonly Command[] = [
  endpointsDeployCommand,
  endpointsListCommand,
  endpointsShowCommand,
  endpointsTestCommand,
  endpointsKeysCommand,
  endpointsTokenCommand,
  ...endpointsChangeCommands,
  endpointsLogsCommand,
  endpointsMetricsCommand,
  endpointsBenchCommand,
  endpointsCollectedCommand,
  endpointsDatasetCommand,
  endpointsBatchCommand,
];
