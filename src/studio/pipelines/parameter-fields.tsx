/** A field for each parameter of a pipeline, by its type. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { query } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { ComboBox, RadioGroup, Select, TextArea, TextField } from "../kit/index.ts";
import { shownDraft, type Drafts, type Parameter, type Parameters } from "./parameter-drafts.ts";

export interface ParameterFieldsProps {
  readonly parameters: Parameters;
  readonly drafts: Drafts;
  readonly onChange: (drafts: Drafts) => void;
  /** By name. */
  readonly problems: Readonly<Record<string, string>>;
}

export function ParameterFields({ parameters, drafts, onChange, problems }: ParameterFieldsProps): ReactElement {
  return (
    <>
      {Object.entries(parameters).map(([name, parameter]) => (
        <ParameterField
          key={name}
          name={name}
          parameter={parameter}
          value={shownDraft(parameter, drafts[name])}
          error={problems[name]}
          onChange={(value) => onChange({ ...drafts, [name]: value })}
        />
      ))}
    </>
  );
}

interface ParameterFieldProps {
  readonly name: string;
  readonly parameter: Parameter;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}

function ParameterField({ name, parameter, value, error, onChange }: ParameterFieldProps): ReactElement {
  const { type, description, values = [], default: given } = parameter;
  const field = {
    label: name,
    isRequired: given === undefined,
    ...(description !== undefined && { description }),
    ...(error !== undefined && { error }),
  };
  switch (type) {
    case "enum":
      return (
        <Select
          {...field}
          value={value === "" ? null : value}
          options={values.map((one) => ({ id: String(one), label: String(one) }))}
          onChange={onChange}
        />
      );
    case "boolean":
      return (
        <RadioGroup
          {...field}
          isSegmented
          value={value === "" ? null : value}
          options={[
            { id: "true", label: "Yes" },
            { id: "false", label: "No" },
          ]}
          onChange={onChange}
        />
      );
    case "list":
      return (
        <TextArea
          {...field}
          description={[description, "One item a line."].filter(Boolean).join(" ")}
          rows={3}
          value={value}
          onChange={onChange}
        />
      );
    case "dataset":
      return <DatasetField {...field} value={value} onChange={onChange} />;
    case "data_path":
      return <TextField {...field} isCode placeholder="landing:incoming/" value={value} onChange={onChange} />;
    case "number":
    case "string":
      return <TextField {...field} {...(type === "number" && { isCode: true })} value={value} onChange={onChange} />;
  }
}

interface DatasetFieldProps {
  readonly label: string;
  readonly description?: string;
  readonly error?: string;
  readonly isRequired?: boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A dataset by its name, which is its newest version, or NAME@VERSION. */
export function DatasetField({ value, onChange, ...field }: DatasetFieldProps): ReactElement {
  const workspace = useWorkspace();
  const datasets = useQuery(query("listDatasets", { workspace, query: { limit: 200 } })).data?.items ?? [];
  return (
    <ComboBox
      {...field}
      description={field.description ?? "The newest version, or NAME@VERSION."}
      options={datasets.map(({ name }) => ({ id: name, label: name }))}
      value={value === "" ? null : value}
      onChange={(next) => onChange(next ?? "")}
      allowsOther
      placeholder="NAME or NAME@VERSION"
    />
  );
}
