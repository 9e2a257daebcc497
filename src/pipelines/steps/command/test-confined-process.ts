/** A worker that is not root, for the test beside it: what a confined program of its own user sees, as JSON. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "./run-program.ts";
import { createStepLog } from "./step-log.ts";
import { makeStepFolder, openStepsFolder, removeStepFolder, viewOf, workOf } from "./steps-folder.ts";

const base = process.argv[2] as string;
const data = join(base, "data");
mkdirSync(data, { mode: 0o700 });
writeFileSync(join(data, "secret"), "secret", { mode: 0o600 });

const steps = openStepsFolder(join(base, "steps"));
const other = makeStepFolder(steps);
const folder = makeStepFolder(steps);
const script = `
  const fs = require("fs"), [, secret, other, pid] = process.argv;
  const attempt = (work) => { try { return "got " + work(); } catch (e) { return e.code; } };
  fs.writeFileSync("mine", "1");
  console.log(JSON.stringify({
    secret: attempt(() => fs.readFileSync(secret)), other: attempt(() => fs.readdirSync(other)),
    environ: attempt(() => fs.readFileSync("/proc/" + pid + "/environ")), kill: attempt(() => process.kill(Number(pid), 9)),
    processes: fs.readdirSync("/proc").filter((n) => Number(n) > 0).length, home: fs.readdirSync(process.env.HOME).sort(),
    uid: process.getuid(), privileges: /CapEff:.(.*)/.exec(fs.readFileSync("/proc/self/status", "utf8"))[1],
  }));`;
let printed = "";
const log = createStepLog((text) => {
  printed += text;
  return Promise.resolve();
}, []);
const end = await runProgram({
  argv: [process.execPath, "-e", script, join(data, "secret"), other, String(process.pid)],
  folder,
  view: viewOf(steps.path),
  hidden: [data, workOf(steps.path)],
  variables: { PATH: "/usr/bin:/bin", HOME: folder },
  confinement: steps.confinement,
  log,
  signal: new AbortController().signal,
  timeoutSeconds: 60,
  memoryLimit: 2 ** 30,
});
await log.end();
await Promise.all([folder, other].map(removeStepFolder));
process.stdout.write(`${JSON.stringify({ kind: steps.confinement.kind, exitCode: end.usage.exitCode, printed })}\n`);
