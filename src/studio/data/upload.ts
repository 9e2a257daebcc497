/** A file of the browser becomes a version of a dataset: its bytes first, then it is read and profiled. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { DatasetVersionDetails } from "../../contract/index.ts";
import { api, type InputOf } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { datasetNameOf } from "./dataset-name.ts";

interface UploadProgress {
  readonly fileName: string;
  /** sending: the bytes are under way; reading: they are there, and are read and profiled. */
  readonly phase: "sending" | "reading";
  /** Bytes that the server has. */
  readonly received: number;
  /** Bytes of the file. */
  readonly size: number;
}

type VersionOptions = NonNullable<InputOf<"createDatasetVersion">["body"]["options"]>;

export interface Upload {
  /** @returns the version, or null where it failed or was cancelled; `error` then says why */
  start(
    file: File,
    choice?: { readonly name?: string; readonly options?: VersionOptions },
  ): Promise<DatasetVersionDetails | null>;
  /** null: nothing is under way. */
  readonly progress: UploadProgress | null;
  readonly error: Error | null;
  cancel(): void;
}

/** Milliseconds between two questions of how much the server has. */
const progressInterval = 500;

/** One file at a time. A file that leaves the page is cancelled. */
export function useUpload(): Upload {
  const workspace = useWorkspace();
  const queryClient = useQueryClient();
  const [progress, setProgress] = useState<UploadProgress | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const controller = useRef<AbortController | null>(null);
  useEffect(() => () => controller.current?.abort(), []);

  const start: Upload["start"] = async (file, { name = datasetNameOf(file.name), options } = {}) => {
    controller.current?.abort();
    const own = new AbortController();
    controller.current = own;
    setError(null);
    const tell = (phase: UploadProgress["phase"], received: number): void => {
      if (!own.signal.aborted) setProgress({ fileName: file.name, phase, received, size: file.size });
    };
    try {
      const upload = await sendFile(workspace, file, own.signal, (received) => tell("sending", received));
      tell("reading", file.size);
      const body = { source: { upload }, createDataset: true, ...(options && { options }) };
      const { version } = await api.createDatasetVersion({ workspace, dataset: name, body }, { signal: own.signal });
      await queryClient.invalidateQueries({ queryKey: ["listDatasets"] });
      return version;
    } catch (cause) {
      if (!own.signal.aborted) setError(cause instanceof Error ? cause : new Error(String(cause)));
      return null;
    } finally {
      if (controller.current === own) setProgress(null);
    }
  };
  const cancel = (): void => {
    controller.current?.abort();
    setProgress(null);
  };
  return { start, progress, error, cancel };
}

/** @returns id of the upload */
async function sendFile(
  workspace: string,
  file: File,
  signal: AbortSignal,
  onReceived: (received: number) => void,
): Promise<string> {
  onReceived(0);
  // Chosen here, to ask for the progress under it.
  const id = crypto.randomUUID().replaceAll("-", "");
  const ask = (): void => {
    api.getUpload({ workspace, upload: id }, { signal }).then(
      ({ received, state }) => state === "receiving" && onReceived(received),
      () => undefined,
    );
  };
  const timer = setInterval(ask, progressInterval);
  try {
    const query = { id, fileName: file.name.slice(-255) };
    await api.createUpload({ workspace, query, upload: file, mediaType: "application/octet-stream" }, { signal });
    return id;
  } finally {
    clearInterval(timer);
  }
}
