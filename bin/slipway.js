#!/usr/bin/env node
// Starts the command line. Plain JavaScript for old Nodes, so that they get a sentence and not a syntax error.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const source = new URL("../src/cli/main.ts", import.meta.url);
const built = new URL("../dist/cli/main.js", import.meta.url);
const pinnedNode = fileURLToPath(new URL("../node_modules/node/bin/node", import.meta.url));
const inCheckout = existsSync(source);
const [major, minor] = process.versions.node.split(".").map(Number);

if (major > 22 || (major === 22 && minor >= 18)) {
  // Halves the time of every start but the first.
  nodeModule.enableCompileCache?.();
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel?.unref();
  const { main } = await import((inCheckout ? source : built).href);
  await main(process.argv.slice(2));
} else if (inCheckout && existsSync(pinnedNode)) {
  // The channel tells the child when this process is gone, however it ended.
  const stdio = ["inherit", "inherit", "inherit", "ipc"];
  const child = spawn(pinnedNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
} else {
  process.stderr.write(
    `error[SLW_CLI_NODE_VERSION]: Slipway needs Node 22.18 or later (24 is best); this is Node ${process.versions.node}.\n` +
      `  fix: ${inCheckout ? "Run npm test or npm run quickstart once: it fetches the right Node." : "Install Node 24 from https://nodejs.org and repeat."}\n`,
  );
  process.exitCode = 2;
}
