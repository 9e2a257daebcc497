/** A pipeline's REST address in the languages of those who call it. */
import { shellQuoted } from "../kit/index.ts";
import type { Parameters } from "./parameter-drafts.ts";
import type { CodeForm } from "./pipeline-search.ts";

/** What Azure ML's clients send: PipelineSubmissionInfo. */
export interface Submission {
  readonly ExperimentName: string;
  readonly ParameterAssignments?: Readonly<Record<string, unknown>>;
}

export function submissionOf(experiment: string, values: Readonly<Record<string, unknown>>): Submission {
  return { ExperimentName: experiment, ...(Object.keys(values).length > 0 && { ParameterAssignments: values }) };
}

export function submissionCode(form: CodeForm, url: string, body: Submission, parameters: Parameters): string {
  switch (form) {
    case "curl":
      return [
        `curl -X POST ${shellQuoted(url)}`,
        `-H "Authorization: Bearer $SLIPWAY_TOKEN"`,
        `-H 'Content-Type: application/json'`,
        `-d ${shellQuoted(JSON.stringify(body))}`,
      ].join(" \\\n  ");
    case "python":
      return [
        "import os",
        "import requests",
        "",
        `rest_endpoint = ${JSON.stringify(url)}`,
        `auth_header = {"Authorization": "Bearer " + os.environ["SLIPWAY_TOKEN"]}`,
        "",
        `response = requests.post(rest_endpoint, headers=auth_header, json=${pythonOf(body)})`,
        "response.raise_for_status()",
        `print("Submitted pipeline run:", response.json()["Id"])`,
      ].join("\n");
    case "typescript":
      return [
        `const response = await fetch(${JSON.stringify(url)}, {`,
        `  method: "POST",`,
        "  headers: {",
        "    authorization: `Bearer ${process.env.SLIPWAY_TOKEN}`,",
        `    "content-type": "application/json",`,
        "  },",
        `  body: JSON.stringify(${JSON.stringify(body)}),`,
        "});",
        "if (!response.ok) throw new Error(await response.text());",
        "const { Id } = await response.json();",
        `console.log("Submitted pipeline run:", Id);`,
      ].join("\n");
    case "azureml":
      return JSON.stringify(sdkBody(body, parameters), null, 2);
  }
}

/** As azureml-pipeline-core 1.x writes it: datasets and paths in fields of their own, by their type. */
export function sdkBody(body: Submission, parameters: Parameters): Record<string, unknown> {
  const values = Object.entries(body.ParameterAssignments ?? {});
  const ofType = (type: string) => values.filter(([name]) => parameters[name]?.type === type);
  const plain = values.filter(([name]) => !["dataset", "data_path"].includes(parameters[name]?.type ?? ""));
  const paths = ofType("data_path").map(([name, value]) => {
    const text = String(value);
    const at = text.indexOf(":");
    return [name, { DataStoreName: text.slice(0, at), RelativePath: text.slice(at + 1) }] as const;
  });
  const datasets = ofType("dataset").map(
    ([name, value]) => [name, { SavedDataSetReference: { Id: String(value) } }] as const,
  );
  return {
    ExperimentName: body.ExperimentName,
    RunSource: "SDK",
    RunType: "HTTP",
    ParameterAssignments: Object.fromEntries(plain),
    DataPathAssignments: Object.fromEntries(paths),
    DataSetDefinitionValueAssignments: Object.fromEntries(datasets),
  };
}

/** A literal of Python. */
export function pythonOf(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(pythonOf).join(", ")}]`;
  if (typeof value === "object")
    return `{${Object.entries(value)
      .map(([name, item]) => `${JSON.stringify(name)}: ${pythonOf(item)}`)
      .join(", ")}}`;
  // Texts and numbers of JSON are ones of Python.
  return JSON.stringify(value);
}
