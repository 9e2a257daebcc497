import type { ReactElement } from "react";
import type { PipelineVersionDetails } from "../../contract/index.ts";
import { Card, CodeBlock, DateTime, DefinitionList, IconButton } from "../kit/index.ts";
import { graphOfDefinition } from "./graph.ts";
import { GraphView } from "./lazy-graph-view.tsx";
import type { ChangePipelineSearch } from "./pipeline-search.ts";
import { stepTypeLabel } from "./step-types.tsx";
import styles from "./pipelines.module.css";

export interface PipelineGraphProps {
  readonly version: PipelineVersionDetails;
  /** Step whose fields are shown. */
  readonly step: string | undefined;
  readonly change: ChangePipelineSearch;
}

export function PipelineGraph({ version, step, change }: PipelineGraphProps): ReactElement {
  const steps = graphOfDefinition(version.definition);
  const fields = (version.definition["steps"] as Record<string, unknown> | undefined)?.[step ?? ""];
  const chosen = steps.find(({ name }) => name === step);
  return (
    <div className={chosen ? styles.split : undefined}>
      <div className={styles.stack}>
        <GraphView
          label={`Steps of ${version.name}, version ${version.version}`}
          steps={steps}
          selected={step}
          onSelect={(name) => change({ step: name })}
        />
        <Facts version={version} />
      </div>
      {chosen && (
        <Card
          title={chosen.name}
          description={stepTypeLabel(chosen.type)}
          actions={<IconButton icon="close" label="Close the step" onPress={() => change({ step: undefined })} />}
        >
          <CodeBlock code={JSON.stringify(fields, null, 2)} language="json" wrap />
        </Card>
      )}
    </div>
  );
}

function Facts({ version }: { readonly version: PipelineVersionDetails }): ReactElement {
  const git = version.source?.git;
  const parameters = Object.entries(version.parameters);
  return (
    <>
      <Card title={`Parameters (${parameters.length})`}>
        {parameters.length === 0 ? (
          <p className={styles.text}>It has none.</p>
        ) : (
          <DefinitionList
            items={parameters.map(([name, { type, default: value, description }]) => [
              name,
              <span key={name}>
                {type}
                {value === undefined ? ", required" : <>, by default {<code>{JSON.stringify(value)}</code>}</>}
                {description !== undefined && <span className={styles.faint}> · {description}</span>}
              </span>,
            ])}
          />
        )}
      </Card>
      <Card title="Source">
        <DefinitionList
          items={[
            [
              "Published",
              <span key="at">
                {<DateTime at={version.createdAt} />} by {version.createdBy}
              </span>,
            ],
            ["File", version.source?.path ?? "–"],
            [
              "Repository",
              git === undefined
                ? "–"
                : `${git.repository} at ${git.commit.slice(0, 8)}${git.dirty ? ", with changes" : ""}`,
            ],
          ]}
        />
      </Card>
    </>
  );
}
