// Writes the pages of docs/reference that are made from the sources; with --check says which are stale.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorTable } from "../src/base/index.ts";
import { loadCommands } from "../src/cli/commands.ts";
import { commandHelp, mainHelp } from "../src/cli/help.ts";
import { root } from "./check.mjs";

const commands = await loadCommands();
const width = 100;
const notice = "<!-- Made by `npm run reference`; edit the sources instead. -->";

function errorsPage() {
  const rows = Object.entries(errorTable).map(
    ([code, { status, title, fix }]) => `| \`${code}\` | ${status} | ${cell(title)} | ${cell(fix)} |`,
  );
  return [
    "# Errors",
    notice,
    "",
    "A code is never renamed or reused. The command line prints `error[CODE]: message` and `fix: way out` to standard error;",
    "an endpoint answers `application/problem+json` with the status below. The message names the particulars.",
    "",
    "| code | HTTP status | what happened | way out |",
    "|--|--|--|--|",
    ...rows,
    "",
  ].join("\n");
}

function cell(text) {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

function commandsPage() {
  const page = ["# Commands", notice, "", "```text", mainHelp(commands, width), "```", ""];
  for (const command of commands)
    page.push(
      `## slipway ${command.name}`,
      "",
      "```text",
      commandHelp(command, width),
      "```",
      "",
      ...azureTable(command),
    );
  return page.join("\n");
}

/** For those who come from Azure ML: its names beside ours. */
function azureTable({ name, options }) {
  const rows = options.flatMap(({ name: option, azure }) =>
    azure ? [`| \`--${option}\` | ${code(azure.v2)} | ${code(azure.v1)} |`] : [],
  );
  if (rows.length === 0) return [];
  return [
    `What Azure ML calls the options of slipway ${name}:`,
    "",
    "| option | SDK v2 | SDK v1 |",
    "|--|--|--|",
    ...rows,
    "",
  ];
}

function code(names) {
  return names === null
    ? ""
    : names
        .split(", ")
        .map((each) => `\`${each}\``)
        .join(", ");
}

function current(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

const folder = join(root, "docs/reference");
const pages = { "errors.md": errorsPage(), "cli.md": commandsPage() };
const stale = Object.entries(pages).filter(([name, text]) => current(join(folder, name)) !== text);
if (process.argv.includes("--check")) {
  for (const [name] of stale) console.error(`docs/reference/${name} is stale; make it again: npm run reference`);
  if (stale.length > 0) process.exitCode = 1;
} else {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of stale) {
    writeFileSync(join(folder, name), text);
    console.log(`docs/reference/${name} written`);
  }
}
