/**
 * Scoring over HTTP: `node bench/serving.ts [--peers] [--ours serve|endpoint] [--contenders A,B] [--rounds N] [--quick]
 * [--json]`. Bank rows to a gradient boosting of 200 trees with 31 leaves, ours and the peers' side by side, each started
 * anew in every round, in turn, one at a time: CPU of all processes of the server for a request of 2, 100 and 1,000 rows,
 * requests a second and latencies with 1 and 16 clients, start to first right answer, memory; and whether that is what
 * is asked of us. Beside them a bare node:http that answers with what it was sent.
 *
 * `--soak MINUTES [--rate N]`: our endpoint under a steady load, its memory and descriptors over time.
 * `--faults [--rate N]`: our endpoint under a steady load while it is deployed to, rolled back, and its processes killed.
 */
import { existsSync } from "node:fs";
import { buildPackage } from "./harness/built-package.ts";
import { temporaryFolder } from "./harness/cleanup.ts";
import { createReport } from "./harness/report.ts";
import { sharedTable } from "./harness/root.ts";
import { listOf, positive, readSettings } from "./harness/settings.ts";
import { startLoadGenerator, type LoadGenerator } from "./load/index.ts";
import { prepareBank, type Bank } from "./serving/bank.ts";
import type { ServingContender } from "./serving/contender.ts";
import { echoContender } from "./serving/echo.ts";
import { measureFaults } from "./serving/faults.ts";
import { measureOnce, type Round } from "./serving/measure.ts";
import { peerNames, preparePeer, type PeerName } from "./serving/peers.ts";
import { printDemands, printLoads, printStarts, type Measured } from "./serving/print.ts";
import { ourForms, slipwayContender } from "./serving/slipway.ts";
import { measureSoak } from "./serving/soak.ts";

const settings = readSettings({
  ours: { type: "string", default: "endpoint" },
  contenders: { type: "string" },
  rounds: { type: "string" },
  soak: { type: "string" },
  faults: { type: "boolean", default: false },
  rate: { type: "string" },
});
const [ourForm = "endpoint"] = listOf("ours", settings.ours, ourForms);
const names = listOf(
  "contenders",
  settings.contenders ?? ["echo", "slipway", ...(settings.peers ? peerNames : [])].join(","),
  ["echo", "slipway", ...peerNames],
);
const report = createReport("serving", settings.json);

interface Entry {
  readonly contender: ServingContender;
  readonly kind: Measured["kind"];
}

function makeEntry(name: "echo" | "slipway" | PeerName, bank: Bank): Entry {
  if (name === "echo") return { contender: echoContender(bank), kind: "echo" };
  if (name === "slipway") return { contender: slipwayContender(ourForm, buildPackage(), bank), kind: "ours" };
  const { contender, versions } = preparePeer(name, bank);
  report.versions(versions);
  return { contender, kind: "peer" };
}

/** One that fails is named and left out of what follows; the others go on. */
async function measureInTurn(entries: readonly Entry[], bank: Bank, generator: LoadGenerator): Promise<Measured[]> {
  const rounds = positive("rounds", settings.rounds ?? (settings.quick ? "1" : "3"));
  const seconds = settings.quick ? { warmUp: 0.5, measured: 1 } : { warmUp: 2, measured: 4 };
  const results = new Map<Entry, Round[]>(entries.map((entry) => [entry, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const [entry, own] of results) {
      process.stderr.write(`round ${round} of ${rounds}: ${entry.contender.name}\n`);
      try {
        own.push(await measureOnce(entry.contender, bank, generator, seconds));
      } catch (error) {
        report.line(`FAILED: ${(error as Error).message}`);
        process.exitCode = 1;
        results.delete(entry);
      }
    }
  }
  return [...results].map(([{ contender, kind }, own]) => ({ name: contender.name, kind, rounds: own }));
}

async function compare(bank: Bank, generator: LoadGenerator): Promise<void> {
  const entries = names.map((name) => makeEntry(name, bank));
  const all = await measureInTurn(entries, bank, generator);
  printLoads(report, all);
  printStarts(report, all);
  printDemands(report, all);
}

async function main(csv: string): Promise<void> {
  const bank = await prepareBank(csv, temporaryFolder());
  const generator = startLoadGenerator();
  try {
    const rate = (usual: string): number => positive("rate", settings.rate ?? usual);
    if (settings.soak !== undefined) {
      const contender = slipwayContender(ourForm, buildPackage(), bank);
      await measureSoak(report, contender, bank, generator, {
        minutes: positive("soak", settings.soak),
        rate: rate("300"),
      });
    } else if (settings.faults) await measureFaults(report, buildPackage(), bank, generator, rate("500"));
    else await compare(bank, generator);
  } finally {
    await generator.end();
  }
}

const path = sharedTable("bankmarketing.csv");
if (existsSync(path)) await main(path);
else report.line("left out: ../shared/data/bankmarketing.csv is not there");
report.finish();
