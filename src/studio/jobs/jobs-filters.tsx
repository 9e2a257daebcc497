import type { ReactElement } from "react";
import { Checkbox, RadioGroup, SearchBox, Select, statusLook, Toolbar } from "../kit/index.ts";
import { kindLabels } from "../runs/index.ts";
import { useExperiments } from "./experiment-names.ts";
import type { JobsSearch } from "./jobs-search.ts";
import { runKinds, runStatuses } from "./run-words.ts";
import { useChangeJobs } from "./use-change-jobs.ts";
import styles from "./jobs-page.module.css";

const all = "all";

interface FiltersProps {
  readonly search: JobsSearch;
  /** Why the filter cannot be read. */
  readonly error: string | undefined;
}

export function JobsFilters({ search, error }: FiltersProps): ReactElement {
  const change = useChangeJobs();
  const { view = "table" } = search;
  return (
    <>
      <SearchBox
        label="Filter"
        placeholder="otter  status:failed  metric.AUC > .9  params.model = 'LightGBM'"
        value={search.q}
        onSearch={(q) => change({ q }, { replace: true })}
        error={error}
      />
      <Toolbar
        end={
          <RadioGroup
            label="View"
            isLabelHidden
            isSegmented
            options={[
              { id: "table", label: "Table" },
              { id: "timeline", label: "Timeline" },
              { id: "charts", label: "Charts" },
            ]}
            value={view}
            onChange={(id) => change({ view: id === "table" ? undefined : id })}
          />
        }
      >
        <Choices search={search} />
        <Options search={search} />
      </Toolbar>
    </>
  );
}

function Choices({ search }: Pick<FiltersProps, "search">): ReactElement {
  const change = useChangeJobs();
  const experiments = useExperiments();
  const { status = all, kind = all, experiment = all } = search;
  return (
    <>
      <Select
        label="Status"
        isLabelHidden
        options={[{ id: all, label: "Any status" }, ...runStatuses.map((id) => ({ id, label: statusLook(id).label }))]}
        value={status}
        onChange={(id) => change({ status: id === all ? undefined : id })}
      />
      <Select
        label="Kind"
        isLabelHidden
        options={[{ id: all, label: "Any kind" }, ...runKinds.map((id) => ({ id, label: kindLabels[id] }))]}
        value={kind}
        onChange={(id) => change({ kind: id === all ? undefined : id })}
      />
      <Select
        label="Experiment"
        isLabelHidden
        options={[
          { id: all, label: "Any experiment" },
          ...experiments.map(({ number, name }) => ({ id: String(number), label: name })),
        ]}
        value={experiment}
        onChange={(id) => change({ experiment: id === all ? undefined : id })}
      />
    </>
  );
}

function Options({ search }: Pick<FiltersProps, "search">): ReactElement {
  const change = useChangeJobs();
  const { view = "table", group } = search;
  return (
    <div className={styles.options}>
      <Checkbox
        label="Parts of runs"
        value={search.parts ?? false}
        onChange={(isOn) => change({ parts: isOn || undefined })}
      />
      <Checkbox
        label="Deleted"
        value={search.deleted ?? false}
        onChange={(isOn) => change({ deleted: isOn || undefined })}
      />
      {view === "table" && (
        <Checkbox
          label="By experiment"
          value={group === "experiment"}
          onChange={(isOn) => change({ group: isOn ? "experiment" : undefined })}
        />
      )}
    </div>
  );
}
