import { useState } from "react";
import { api } from "../api/index.ts";

/** Sends a file to the server, where a version is made of it. */
export function useUploadedFile(workspace: string) {
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  /** @returns the id of the upload; null where it failed */
  const send = async (file: File): Promise<string | null> => {
    setPending(true);
    setError(null);
    try {
      const query = { fileName: file.name };
      const { id } = await api.createUpload({ workspace, query, upload: file, mediaType: "application/octet-stream" });
      return id;
    } catch (cause) {
      setError(cause);
      return null;
    } finally {
      setPending(false);
    }
  };
  return { send, pending, error };
}
