import { Button, ErrorCard, formatBytes, ProgressBar } from "../kit/index.ts";
import styles from "./data.module.css";
import type { Upload } from "./upload.ts";

/** How far an upload is, or why it failed. Nothing where none was begun. */
export function UploadStatus({ upload: { progress, error, cancel } }: { readonly upload: Upload }) {
  if (error) return <ErrorCard error={error} />;
  if (progress === null) return null;
  const { fileName, phase, received, size } = progress;
  const text = phase === "sending" ? `${formatBytes(received)} of ${formatBytes(size)}` : "Reading and profiling";
  return (
    <div className={styles.upload}>
      <ProgressBar
        label={`${fileName}: ${text}`}
        value={phase === "sending" ? received : null}
        max={Math.max(1, size)}
      />
      <Button size="small" onPress={cancel}>
        Cancel
      </Button>
    </div>
  );
}
