/** A step that looks at a dataset and fails where it is not as it should be, so that nothing is trained on it. */
import { SlipwayError } from "../../../base/index.ts";
import { loadDatasets } from "../../../data/index.ts";
import { logBatch, logInputs, putRunArtifact } from "../../../tracking/index.ts";
import type { Queryable } from "../../../store/index.ts";
import type { DataCheckStep } from "../../../definition/index.ts";
import type { StepContext, StepHandler, StepServices } from "../types.ts";
import { failureSummary, reportLines, reportOf } from "./check-report.ts";
import type { ReferenceTable } from "./messages.ts";
import { resolveChecks } from "./resolve-checks.ts";
import { runDataTask } from "./run-data-task.ts";
import { openStepTable, type StepTable } from "./step-tables.ts";
import { withLimits, type StepLimits } from "./with-limits.ts";

/** Artifact of the step's run: everything that was found. */
export const checksArtifact = "checks.json";

/**
 * Outputs: rows, failed (names of the checks that failed: none, since the step fails with the first).
 * @throws SLW_STEP_CHECK for a check that is none, SLW_STEP_CHECKS_FAILED
 */
export const runDataCheck: StepHandler = (context, services) =>
  withLimits(context, (limits) => checkData(context, services, limits));

async function checkData(context: StepContext, services: StepServices, limits: StepLimits) {
  const step = context.spec.step as DataCheckStep;
  const { folder } = limits;
  const data = await openStepTable(context, services, { place: "data", text: step.data, folder });
  const references = await openReferences(context, services, step, folder);
  const checks = resolveChecks(
    step.checks,
    new Map([...references].map(([index, { reference }]) => [index, reference])),
  );
  const found = await runDataTask("check", { file: data.file, checks, limits: limits.query }, limits.task);
  const report = reportOf(data.file.name, found);
  const stored = await services.artifacts.put(Buffer.from(JSON.stringify(report, null, 2)));
  await context.write(reportLines(report));
  const run = { workspaceId: context.job.workspaceId, runId: context.job.runId };
  const datasets = [data, ...[...references.values()].map(({ table }) => table)].map(({ input }) => input);
  const keep = async (trx: Queryable): Promise<void> => {
    await putRunArtifact(trx, { ...run, path: checksArtifact, sha256: stored.sha256, size: stored.size });
    await logInputs(trx, { ...run, datasets });
  };
  const metrics = { rows: report.rows, checks: report.checks, failed: report.failed };
  if (report.failed === 0) {
    const failed = { type: "value", value: [] } as const;
    return { outputs: { rows: { type: "value", value: report.rows } as const, failed }, metrics, last: keep };
  }
  // What was found is there for people to look at although the step fails.
  await context.hold(async (trx) => {
    await keep(trx);
    const timestamp = Date.now();
    const logged = Object.entries(metrics).map(([key, value]) => ({ key, value, timestamp, step: 0 }));
    await logBatch(trx, { ...run, metrics: logged });
  });
  throw new SlipwayError("SLW_STEP_CHECKS_FAILED", failureSummary(report), {
    details: { failed: report.results.filter(({ passed }) => !passed).map(({ name }) => name), checks: report.checks },
  });
}

interface Reference {
  readonly table: StepTable;
  readonly reference: ReferenceTable;
}

/** By number of the check. */
async function openReferences(
  context: StepContext,
  services: StepServices,
  { checks }: DataCheckStep,
  folder: string,
): Promise<Map<number, Reference>> {
  const references = new Map<number, Reference>();
  for (const [index, check] of checks.entries()) {
    if (check.check !== "distribution") continue;
    const place = `checks[${index}].reference`;
    const table = await openStepTable(context, services, { place, text: check.reference, folder });
    references.set(index, { table, reference: { file: table.file, leftOut: await newInEveryVersion(context, table) } });
  }
  return references;
}

/** Identifiers, dates and free text differ from one version to the next without anything being wrong. */
async function newInEveryVersion({ database, job }: StepContext, { version }: StepTable): Promise<string[]> {
  const { getVersionDetails } = await loadDatasets();
  const { dataset, version: number } = version;
  const { schema } = await getVersionDetails(database, { workspaceId: job.workspaceId, dataset, version: number });
  const isNew = ({ purpose, reason }: (typeof schema)[number]): boolean =>
    purpose === "Hashes" || purpose === "Text" || purpose === "DateTime" || /identifier/.test(reason ?? "");
  return schema.filter(isNew).map(({ name }) => name);
}
