/** Registers a model file from this computer as the next version of a model. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useAction } from "../api/index.ts";
import {
  Button,
  CopyAs,
  Dialog,
  ErrorCard,
  FileDrop,
  formatBytes,
  TextField,
  shellQuoted,
  restOf,
} from "../kit/index.ts";
import { modelNameOf } from "./model-name.ts";
import { useUploadedFile } from "./use-uploaded-file.ts";
import styles from "./models.module.css";

interface RegisterDialogProps {
  readonly workspace: string;
  /** The model; absent: the user names it. */
  readonly model?: string;
}

export function RegisterDialog({ workspace, model }: RegisterDialogProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button icon="upload" onPress={() => setOpen(true)}>
        Register a file
      </Button>
      {isOpen && (
        <OpenDialog workspace={workspace} {...(model !== undefined && { model })} onClose={() => setOpen(false)} />
      )}
    </>
  );
}

const made = "It is made where it is not there.";

/** The file and the names that were given, and what became of them. */
function useRegistration(workspace: string, model: string | undefined, onClose: () => void) {
  const navigate = useNavigate();
  const [file, setFile] = useState<File | null>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const [alias, setAlias] = useState("");
  const upload = useUploadedFile(workspace);
  const register = useAction("registerModelVersion", { quiet: true, success: "The version is registered" });
  const name = model ?? typed ?? (file === null ? "" : modelNameOf(file.name));
  const isPending = upload.pending || register.pending;
  const submit = async (): Promise<void> => {
    if (file === null || name === "" || isPending) return;
    const id = await upload.send(file);
    if (id === null) return;
    const source = { uploads: [{ path: file.name, upload: id }] };
    const body = { source, ...(alias !== "" && { aliases: [alias] }) };
    const version = await register.run({ workspace, model: name, body }).catch(() => null);
    if (version === null) return;
    onClose();
    const search = { version: String(version.version) };
    await navigate({ to: "/w/$workspace/models/$model", params: { workspace, model: version.model }, search });
  };
  const error = upload.error ?? register.error;
  return { file, setFile, name, setTyped, alias, setAlias, upload, error, isPending, submit };
}

function OpenDialog({ workspace, model, onClose }: RegisterDialogProps & { readonly onClose: () => void }) {
  const { file, setFile, name, setTyped, alias, setAlias, upload, error, isPending, submit } = useRegistration(
    workspace,
    model,
    onClose,
  );
  return (
    <Dialog
      title={model === undefined ? "Register a model file" : `Register a version of ${model}`}
      isOpen
      onOpenChange={(open) => !open && onClose()}
      actions={
        <>
          <Twin workspace={workspace} name={name} file={file?.name} alias={alias} />
          <Button onPress={onClose}>Cancel</Button>
          <Button
            variant="primary"
            isPending={isPending}
            isDisabled={file === null || name === ""}
            onPress={() => void submit()}
          >
            Register
          </Button>
        </>
      }
    >
      <div className={styles.fields}>
        <FileDrop accept={[".slipway", ".onnx"]} onFiles={([first]) => first && setFile(first)}>
          {file === null ? "A .slipway or .onnx file" : `${file.name}, ${formatBytes(file.size)}`}
        </FileDrop>
        {model === undefined && <TextField label="Model" description={made} value={name} onChange={setTyped} isCode />}
        <TextField
          label="Alias"
          value={alias}
          onChange={setAlias}
          isCode
          placeholder="none"
          onSubmit={() => void submit()}
        />
        {isPending && <Progress isUploading={upload.pending} />}
        {error !== null && <ErrorCard error={error} />}
      </div>
    </Dialog>
  );
}

interface TwinProps {
  readonly workspace: string;
  readonly name: string;
  readonly file: string | undefined;
  readonly alias: string;
}

function Twin({ workspace, name, file = "FILE.slipway", alias }: TwinProps) {
  return (
    <CopyAs
      cli={`slipway models register ${shellQuoted(name || "NAME")} ${shellQuoted(file)}${alias === "" ? "" : ` --alias ${shellQuoted(alias)}`}`}
      rest={restOf("POST", workspace, "models", name || "NAME", "/versions", {
        source: { uploads: [{ path: file, upload: "UPLOAD" }] },
      })}
    />
  );
}

function Progress({ isUploading }: { readonly isUploading: boolean }) {
  return (
    <p className={styles.hint} role="status">
      {isUploading ? "Uploading …" : "Reading and checking; nothing in it is run …"}
    </p>
  );
}
