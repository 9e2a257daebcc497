/** Chooses a version of a model, by number or by a word that follows its changes: NAME@best. */
import { useQuery } from "@tanstack/react-query";
import type { ModelVersion, RegisteredModel } from "../../contract/index.ts";
import { query } from "../api/index.ts";
import { ComboBox, formatNumber, Select } from "../kit/index.ts";
import styles from "./model-reference-field.module.css";

/** @param reference NAME or NAME@VERSION; names have no "@" in their last part */
export function referenceParts(reference: string): { readonly model: string; readonly version: string } {
  const at = reference.lastIndexOf("@");
  return at <= 0
    ? { model: reference, version: "latest" }
    : { model: reference.slice(0, at), version: reference.slice(at + 1) };
}

interface ModelReferenceFieldProps {
  readonly workspace: string;
  readonly models: readonly Pick<RegisteredModel, "name" | "latestVersion" | "aliases">[];
  /** NAME@VERSION */
  readonly value: string;
  readonly onChange: (reference: string) => void;
}

export function ModelReferenceField({ workspace, models, value, onChange }: ModelReferenceFieldProps) {
  const { model, version } = referenceParts(value);
  const { data } = useQuery(query("listModelVersions", { workspace, model, query: { limit: 200, sort: "-version" } }));
  const versions = data?.items ?? [];
  const names = models.some(({ name }) => name === model)
    ? models.map(({ name }) => name)
    : [model, ...models.map(({ name }) => name)];
  const options = versionOptions(versions, models.find(({ name }) => name === model)?.aliases ?? []);
  const known = options.some(({ id }) => id === version) ? options : [{ id: version, label: version }, ...options];
  const restricted = versions.find((each) => String(each.version) === version)?.restriction ?? null;
  return (
    <div className={styles.pair}>
      <ComboBox
        label="Model"
        options={names.map((name) => ({ id: name, label: name }))}
        value={model}
        onChange={(name) => {
          if (name !== null && name !== model) onChange(`${name}@best`);
        }}
        empty="No model has this name"
      />
      <Select
        label="Version"
        options={known}
        value={version}
        onChange={(next) => onChange(`${model}@${next}`)}
        error={restricted?.state === "revoked" ? `It is revoked: ${restricted.reason}` : undefined}
      />
    </div>
  );
}

function versionOptions(versions: readonly ModelVersion[], aliases: RegisteredModel["aliases"]) {
  const numbered = versions.map((each) => ({
    id: String(each.version),
    label: `Version ${each.version}`,
    description: describeVersion(each),
  }));
  return [
    { id: "best", label: "best", description: "The best by its primary metric" },
    { id: "latest", label: "latest", description: "The newest" },
    ...aliases.map(({ alias, version }) => ({ id: alias, label: alias, description: `Alias of version ${version}` })),
    ...numbered,
  ];
}

function describeVersion({ algorithm, primaryMetric, metrics, stage, restriction }: ModelVersion): string {
  const score = primaryMetric === null ? undefined : metrics[primaryMetric];
  return [
    algorithm,
    ...(score === undefined ? [] : [`${primaryMetric} ${formatNumber(score)}`]),
    ...(stage === "None" ? [] : [stage]),
    ...(restriction === null ? [] : [restriction.state]),
  ].join(" · ");
}
