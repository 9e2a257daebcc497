import { useQuery } from "@tanstack/react-query";
import { useMemo, type ReactElement } from "react";
import type { Pipeline, PipelineVersionDetails } from "../../contract/index.ts";
import { query } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Button, CodeBlock, CopyAs, ErrorCard, LinkButton, Skeleton, apiPath, slipwayCommand } from "../kit/index.ts";
import { versionInput } from "./inputs.ts";
import { diffLines, type DiffLine } from "./line-diff.ts";
import type { ChangePipelineSearch } from "./pipeline-search.ts";
import { VersionSelect } from "./version-select.tsx";
import page from "./pipelines.module.css";
import styles from "./pipeline-text.module.css";

interface PipelineTextProps {
  readonly pipeline: Pipeline;
  readonly version: PipelineVersionDetails;
  /** Version that it is compared with. */
  readonly against: number | undefined;
  readonly change: ChangePipelineSearch;
}

/** The definition as it was written, and how it differs from another version. */
export function PipelineText({ pipeline, version, against, change }: PipelineTextProps): ReactElement {
  const workspace = useWorkspace();
  const { name } = pipeline;
  return (
    <div className={page.stack}>
      <div className={page.row}>
        <div className={page.versionSelect}>
          <VersionSelect
            label="Version"
            pipeline={name}
            value={version.version}
            onChange={(next, isDefault) => change({ version: isDefault ? undefined : next })}
          />
        </div>
        {pipeline.latestVersion > 1 && (
          <div className={page.versionSelect}>
            <VersionSelect
              label="Compare with"
              pipeline={name}
              value={against ?? null}
              except={version.version}
              onChange={(next) => change({ against: next })}
            />
          </div>
        )}
        {against !== undefined && <Button onPress={() => change({ against: undefined })}>End comparison</Button>}
        <LinkButton
          to="/w/$workspace/pipelines/new"
          params={{ workspace }}
          search={{ from: name, version: version.version }}
        >
          Edit as a new version
        </LinkButton>
        <CopyAs
          cli={slipwayCommand(["pipelines", "show", `${name}@${version.version}`], workspace)}
          rest={{ method: "GET", path: apiPath(workspace, "pipelines", name, "versions", String(version.version)) }}
        />
      </div>
      {against === undefined || against === version.version ? (
        <CodeBlock code={textOf(version)} language={languageOf(version)} label={`version ${version.version}`} />
      ) : (
        <Comparison version={version} against={against} />
      )}
    </div>
  );
}

/** As it was written; a definition that came as an object has no text, and is shown as JSON. */
function textOf({ text, definition }: Pick<PipelineVersionDetails, "text" | "definition">): string {
  return text ?? JSON.stringify(definition, null, 2);
}

function languageOf({ text }: PipelineVersionDetails): "yaml" | "json" {
  return text === null || text.trimStart().startsWith("{") ? "json" : "yaml";
}

function Comparison({
  version,
  against,
}: {
  readonly version: PipelineVersionDetails;
  readonly against: number;
}): ReactElement {
  const workspace = useWorkspace();
  const { data: other, error } = useQuery(query("getPipelineVersion", versionInput(workspace, version.name, against)));
  const lines = useMemo(() => (other ? diffLines(textOf(other), textOf(version)) : null), [other, version]);
  if (error) return <ErrorCard error={error} />;
  if (!lines) return <Skeleton height={400} />;
  const count = (kind: DiffLine["kind"]): number => lines.filter((line) => line.kind === kind).length;
  return (
    <div className={page.stack}>
      <p className={page.text} role="status">
        From version {against} to version {version.version}: {count("added")} lines added, {count("removed")} removed.
      </p>
      <div className={styles.diff} role="region" aria-label="Differences" tabIndex={0}>
        <table>
          <tbody>
            {lines.map((line, index) => (
              <tr key={index} data-kind={line.kind}>
                <td className={styles.number}>{line.before}</td>
                <td className={styles.number}>{line.after}</td>
                <td className={styles.sign}>{signs[line.kind]}</td>
                <td className={styles.line}>{line.text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

const signs: Readonly<Record<DiffLine["kind"], string>> = { same: "", removed: "−", added: "+" };
