import { existsSync } from "node:fs";
import { createLog, SlipwayError } from "../base/index.ts";
import type { Command, Invocation } from "./command.ts";
import { dataFolderOf, dataOption } from "./data-folder.ts";
import { count } from "./text.ts";
import { checkWritable } from "./values.ts";

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

export const backupCommand: Command = {
  name: "backup",
  summary: "Writes the server's state and all its files into one file, while it runs or not.",
  operands: [
    { name: "FILE", description: "The tar file to write. It holds everything: keep it where only you can read it." },
  ],
  options: [dataOption, { name: "json", description: "Prints one line of JSON instead of text." }],
  details: [
    "The state is that of one moment, and every file that it refers to is in the backup, whatever runs meanwhile.",
  ],
  example: "slipway backup slipway-backup.tar",
  writesData: (options) => "json" in options,
  run: runBackup,
};

function settings({ operands, options, output }: Invocation) {
  const { DATABASE_URL, SLIPWAY_ARTIFACTS } = process.env;
  return {
    dataFolder: dataFolderOf(options),
    file: operands[0] ?? "",
    ...(DATABASE_URL && { databaseUrl: DATABASE_URL }),
    ...(SLIPWAY_ARTIFACTS && { artifacts: SLIPWAY_ARTIFACTS }),
    log: createLog({ level: "error" }),
    onProgress: (bytes: number) => output.status(`files: ${megabytes(bytes)}`),
  };
}

async function runBackup(invocation: Invocation): Promise<void> {
  const { options, output, write } = invocation;
  const given = settings(invocation);
  checkWritable(given.file);
  const { backup } = await import("../api/index.ts");
  const report = await backup(given);
  if ("json" in options) return write(`${JSON.stringify({ file: given.file, ...report })}\n`);
  output.line(
    `${output.bold(given.file)}: ${count(report.rows)} rows, ${count(report.artifacts)} files (${megabytes(report.bytes)}).`,
  );
}

export const restoreCommand: Command = {
  name: "restore",
  summary: "Restores a backup into a new data folder, or an empty database.",
  operands: [{ name: "FILE", description: "As slipway backup wrote it." }],
  options: [dataOption, { name: "json", description: "Prints one line of JSON instead of text." }],
  details: ["The data folder must be empty or absent: what is there is never overwritten."],
  example: "slipway restore slipway-backup.tar --data restored",
  writesData: (options) => "json" in options,
  run: runRestore,
};

async function runRestore(invocation: Invocation): Promise<void> {
  const { options, output, write } = invocation;
  const given = settings(invocation);
  if (!existsSync(given.file)) {
    throw new SlipwayError("SLW_CLI_OPERAND", `There is no file ${given.file}.`, {
      fix: "Name a file that slipway backup wrote.",
    });
  }
  const { restore } = await import("../api/index.ts");
  const report = await restore(given);
  if ("json" in options) return write(`${JSON.stringify({ dataFolder: given.dataFolder, ...report })}\n`);
  output.line(
    `Restored the backup of ${report.createdAt}: ${count(report.rows)} rows, ${count(report.artifacts)} files. Start the server: slipway up --data ${given.dataFolder}`,
  );
}
