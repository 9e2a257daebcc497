import type { Command, Invocation } from "./command.ts";
import { dataFolderOf, dataOption } from "./data-folder.ts";
import { defaultPort } from "./up.ts";
import { numberOption } from "./values.ts";

export const doctorCommand: Command = {
  name: "doctor",
  summary: "Looks whether this machine can run the server, and says what to do where it cannot.",
  operands: [],
  options: [
    {
      name: "port",
      value: "PORT",
      description: `The port that the server is to listen on. By default ${defaultPort}.`,
    },
    { name: "host", value: "HOST", description: "The address that it is to listen on. By default 127.0.0.1." },
    dataOption,
    { name: "json", description: "Prints one line of JSON instead of text." },
  ],
  details: ["Reads DATABASE_URL and SLIPWAY_ARTIFACTS as slipway up does. Exit code 1 where something is missing."],
  example: "slipway doctor",
  writesData: (options) => "json" in options,
  run: runDoctor,
};

async function runDoctor({ options, output, write }: Invocation): Promise<void> {
  const { examine } = await import("../api/index.ts");
  const { DATABASE_URL, SLIPWAY_ARTIFACTS } = process.env;
  const findings = await examine({
    dataFolder: dataFolderOf(options),
    host: options["host"] ?? "127.0.0.1",
    port: numberOption(options, "port", { min: 1, max: 65_535, whole: true }) ?? defaultPort,
    ...(DATABASE_URL && { databaseUrl: DATABASE_URL }),
    ...(SLIPWAY_ARTIFACTS && { artifacts: SLIPWAY_ARTIFACTS }),
  });
  if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
  if ("json" in options) return write(`${JSON.stringify(findings)}\n`);
  for (const { name, ok, detail, fix } of findings) {
    output.line(`${ok ? output.green("ok     ") : output.yellow("missing")}  ${name.padEnd(9)}  ${detail}`);
    if (fix !== null) output.line(`         ${" ".repeat(9)}  fix: ${fix}`);
  }
}
