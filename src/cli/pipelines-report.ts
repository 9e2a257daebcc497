/** A run of a pipeline for those who read it in a CI system: JUnit XML, and Markdown. */
import type { PipelineRun, PipelineRunStep } from "../contract/index.ts";
import { metricText } from "./runs-list.ts";
import { secondsOf } from "./runs-resolve.ts";
import { duration } from "./text.ts";

/** The form that CI systems read (testmoapp/junitxml): a test case for each step. */
export function junitReport(run: PipelineRun): string {
  const count = (...states: string[]): number => run.steps.filter(({ state }) => states.includes(state)).length;
  const counts = `tests="${run.steps.length}" failures="${count("FAILED")}" skipped="${count("SKIPPED", "KILLED")}"`;
  const time = secondsOf(run) ?? 0;
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${xml(run.pipeline)}" ${counts} time="${time.toFixed(3)}">`,
    `  <testsuite name="${xml(run.name)}" ${counts} time="${time.toFixed(3)}" timestamp="${xml(run.createdAt)}">`,
    ...run.steps.flatMap((step) => testCase(run, step)),
    "  </testsuite>",
    "</testsuites>",
  ];
  return `${lines.join("\n")}\n`;
}

function testCase({ pipeline }: PipelineRun, step: PipelineRunStep): string[] {
  const open = `    <testcase name="${xml(step.name)}" classname="${xml(pipeline)}" time="${(secondsOf(step) ?? 0).toFixed(3)}"`;
  const reason = xml(step.reason ?? "");
  if (step.state === "FAILED") return [`${open}>`, `      <failure message="${reason}"/>`, "    </testcase>"];
  if (step.state === "SKIPPED" || step.state === "KILLED")
    return [`${open}>`, `      <skipped message="${reason}"/>`, "    </testcase>"];
  return [`${open}/>`];
}

/** XML 1.0 has no word for most control characters. */
function xml(text: string): string {
  const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return (
    text
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udfff](?![\udc00-\udfff])/g, "�")
      .replace(/[&<>"]/g, (character) => entities[character] as string)
      .replaceAll("\n", "&#10;")
  );
}

export function markdownSummary(run: PipelineRun): string {
  const seconds = secondsOf(run);
  const lines = [
    `## ${cell(run.pipeline)}: ${run.status}`,
    "",
    ...(run.statusReason === null ? [] : [`> ${cell(run.statusReason)}`, ""]),
    `Run \`${run.id}\`${run.version === null ? "" : ` of version ${run.version}`}${seconds === null ? "" : `, ${duration(seconds)}`}.`,
    "",
    "| Step | Type | State | Time | Metrics | |",
    "|---|---|---|--:|---|---|",
    ...run.steps.map(row),
  ];
  return `${lines.join("\n")}\n`;
}

function row(step: PipelineRunStep): string {
  const seconds = secondsOf(step);
  const metrics = Object.entries(step.metrics).map(([key, value]) => `${key} ${metricText(value)}`);
  const cells = [
    step.name,
    step.type,
    step.reusedFrom === null ? step.state : "REUSED",
    seconds === null ? "" : duration(seconds),
    metrics.join(", "),
    step.reason ?? "",
  ];
  return `| ${cells.map(cell).join(" | ")} |`;
}

function cell(text: string): string {
  return text.replace(/[\\|`<>*_[\]]/g, (character) => `\\${character}`).replace(/\s+/g, " ");
}
