import type { Command } from "./command.ts";
import { dataArchiveCommand, dataTagsCommand, dataUnarchiveCommand } from "./data-change.ts";
import { dataCreateCommand } from "./data-create.ts";
import { dataDeriveCommand, dataPartitionCommand, dataSplitCommand } from "./data-derive.ts";
import { dataDownloadCommand } from "./data-download.ts";
import { dataListCommand, dataShowCommand } from "./data-list.ts";
import { dataCompareCommand, dataProfileCommand } from "./data-profile.ts";
import { dataPreviewCommand, dataSampleCommand } from "./data-rows.ts";

export const dataCommands: readonly Command[] = [
  dataCreateCommand,
  dataListCommand,
  dataShowCommand,
  dataPreviewCommand,
  dataProfileCommand,
  dataCompareCommand,
  dataSampleCommand,
  dataSplitCommand,
  dataDeriveCommand,
  dataPartitionCommand,
  dataDownloadCommand,
  dataArchiveCommand,
  dataUnarchiveCommand,
  dataTagsCommand,
];
