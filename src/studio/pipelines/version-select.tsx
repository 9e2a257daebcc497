import { useSuspenseQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { query } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Select } from "../kit/index.ts";
import { versionsInput } from "./inputs.ts";

interface VersionSelectProps {
  readonly label: string;
  readonly pipeline: string;
  /** null: none. */
  readonly value: number | null;
  readonly onChange: (version: number, isDefault: boolean) => void;
  /** One that cannot be chosen. */
  readonly except?: number;
}

/** One of a pipeline's versions, the newest first. */
export function VersionSelect({ label, pipeline, value, onChange, except }: VersionSelectProps): ReactElement {
  const workspace = useWorkspace();
  const { items } = useSuspenseQuery(query("listPipelineVersions", versionsInput(workspace, pipeline))).data;
  const shown = items.filter((item) => item.version !== except);
  return (
    <Select
      label={label}
      value={value === null ? null : String(value)}
      placeholder="None"
      options={shown.map((item) => ({
        id: String(item.version),
        label: `${item.version}${item.default ? " (default)" : ""}${item.status === "DISABLED" ? ", disabled" : ""}`,
        ...(item.description !== "" && { description: item.description }),
      }))}
      onChange={(id) => onChange(Number(id), items.find((item) => String(item.version) === id)?.default ?? false)}
    />
  );
}
