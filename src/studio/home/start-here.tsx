import { useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useWorkspace } from "../app/index.ts";
import { useUpload } from "../data/index.ts";
import { Bytes, Card, CodeBlock, ErrorCard, FileDrop, ProgressBar } from "../kit/index.ts";
import { serverOrigin } from "../viewer/index.ts";
import styles from "./home.module.css";

/** For a workspace in which nothing has happened yet: three ways to begin. */
export function StartHere(): ReactElement {
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const { start, progress, error } = useUpload();
  const onFiles = async ([file]: File[]): Promise<void> => {
    const version = file && (await start(file));
    if (version)
      await navigate({ to: "/w/$workspace/automl/new", params: { workspace }, search: { dataset: version.dataset } });
  };
  return (
    <div className={styles.start}>
      <Card
        title="Drop a CSV here"
        description="Its rows, types and profile come at once; then choose what to predict."
      >
        <FileDrop
          accept={[".csv", ".tsv", ".parquet"]}
          isDisabled={progress !== null}
          onFiles={(files) => void onFiles(files)}
        >
          CSV, TSV or Parquet
        </FileDrop>
        {progress && (
          <div className={styles.progress} role="status">
            <span>
              {progress.phase === "sending" ? "Sending" : "Reading and profiling"} {progress.fileName},{" "}
              <Bytes value={progress.size} />
            </span>
            <ProgressBar
              label={`Upload of ${progress.fileName}`}
              isLabelHidden
              value={progress.phase === "sending" ? progress.received : null}
              max={progress.size}
            />
          </div>
        )}
        {error && <ErrorCard error={error} command="slipway data create NAME FILE.csv" />}
      </Card>
      <Card title="Or from a shell">
        <CodeBlock language="bash" code={`slipway login ${serverOrigin()}\nslipway data create bank bank.csv`} />
      </Card>
      <Card title="Or from a program">
        <p>
          <a href="/api/docs">The API’s documentation</a> lists every operation; MLflow clients and pipelines of Azure
          ML’s SDK work with this server’s address.
        </p>
      </Card>
    </div>
  );
}
