import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Option } from "./command.ts";
import type { CommandLineOptions } from "./values.ts";

/** Where a server keeps everything: --data, then SLIPWAY_DATA, then ~/.slipway. */
export function dataFolderOf(options: CommandLineOptions): string {
  return resolve(options["data"] ?? process.env["SLIPWAY_DATA"] ?? join(homedir(), ".slipway"));
}

export const dataOption: Option = {
  name: "data",
  value: "DIR",
  description: "The server's folder: database, files, keys. By default SLIPWAY_DATA, then ~/.slipway.",
};
