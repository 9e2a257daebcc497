import type { Command, Invocation } from "./command.ts";
import { showProfile } from "./profile-report.ts";
import { readInput } from "./read-input.ts";
import { checkColumn } from "./values.ts";

export const profileCommand: Command = {
  name: "profile",
  summary: "Shows what is in a table: types, missing values, quantiles, frequent values and what looks wrong.",
  operands: [{ name: "FILE.csv", description: "The table: CSV or Parquet; delimiter and encoding are found out." }],
  options: [
    {
      name: "target",
      value: "COLUMN",
      description: "The column to predict: warns where it is imbalanced and where another column gives it away.",
    },
    { name: "json", description: "Prints one line of JSON instead of text." },
  ],
  details: [],
  example: "slipway profile examples/penguins.csv --target species",
  writesData: (options) => "json" in options,
  run: runProfile,
};

async function runProfile({ operands, options, output, write, signal }: Invocation): Promise<void> {
  const file = operands[0] ?? "";
  const target = options["target"];
  const { table } = await readInput(file, output, signal);
  if (target !== undefined) checkColumn(table, file, "--target", target);
  const { profileTable } = await import("../data/index.ts");
  const profile = profileTable(table, target === undefined ? {} : { target });
  if (options["json"]) await write(`${JSON.stringify(profile)}\n`);
  else showProfile(output, profile);
}
