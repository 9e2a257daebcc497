import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { EnvironmentSpec } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Button, CopyAs, Dialog, RadioGroup, TextArea, TextField } from "../kit/index.ts";
import styles from "./compute.module.css";

type Kind = EnvironmentSpec["kind"];
const kinds: readonly { readonly id: Kind; readonly label: string }[] = [
  { id: "python", label: "Python" },
  { id: "node", label: "Node" },
  { id: "container", label: "Container image" },
];
const versionLabel: Readonly<Record<Kind, string>> = {
  python: "Version of Python",
  node: "Major version of Node",
  container: "Image",
};
const firstVersion: Readonly<Record<Kind, string>> = { python: "3.11", node: "24", container: "" };

/** @returns the specification that the fields say */
function specOf(kind: Kind, version: string, packages: string): EnvironmentSpec {
  const text = packages.trim();
  if (kind === "container") return { kind, image: version };
  if (kind === "node") return { kind, node: version, ...(text !== "" && { package: text }) };
  const requirements = text
    .split("\n")
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "");
  return { kind, python: version, ...(requirements.length > 0 && { requirements }) };
}

export function NewEnvironmentDialog(props: {
  readonly isOpen: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** A further version of this one. */
  readonly environment?: string;
}) {
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const create = useAction("createEnvironmentVersion", { success: "The version is there" });
  const [name, setName] = useState(props.environment ?? "");
  const [typed, setTyped] = useState<TypedSpec>({ kind: "python", version: firstVersion.python, packages: "" });
  const body = { spec: specOf(typed.kind, typed.version, typed.packages) };
  const submit = async (): Promise<void> => {
    const made = await create.run({ workspace, environment: name, body });
    await navigate({
      to: "/w/$workspace/environments/$environment",
      params: { workspace, environment: name },
      search: { version: made.version },
    });
  };
  return (
    <Dialog
      title={props.environment === undefined ? "New environment" : `New version of ${props.environment}`}
      size="large"
      isOpen={props.isOpen}
      onOpenChange={props.onOpenChange}
      actions={(close) => (
        <>
          <CopyAs
            rest={{ method: "POST", path: `/api/v1/workspaces/${workspace}/environments/${name}/versions`, body }}
          />
          <Button onPress={close}>Cancel</Button>
          <Button
            variant="primary"
            isPending={create.pending}
            isDisabled={name === "" || typed.version === ""}
            onPress={() => void submit().catch(() => undefined)}
          >
            Create
          </Button>
        </>
      )}
    >
      <div className={styles.form}>
        {props.environment === undefined && <TextField label="Name" value={name} onChange={setName} autoFocus />}
        <SpecFields typed={typed} onChange={(changed) => setTyped({ ...typed, ...changed })} />
      </div>
    </Dialog>
  );
}

interface TypedSpec {
  readonly kind: Kind;
  readonly version: string;
  /** The text of requirements.txt or package.json. */
  readonly packages: string;
}

interface SpecFieldsProps {
  readonly typed: TypedSpec;
  readonly onChange: (changed: Partial<TypedSpec>) => void;
}

function SpecFields({ typed: { kind, version, packages }, onChange }: SpecFieldsProps) {
  return (
    <>
      <RadioGroup
        label="Kind"
        options={kinds}
        value={kind}
        onChange={(chosen) => onChange({ kind: chosen, version: firstVersion[chosen] })}
      />
      <TextField label={versionLabel[kind]} value={version} onChange={(text) => onChange({ version: text })} />
      {kind !== "container" && (
        <TextArea
          label={kind === "python" ? "requirements.txt" : "package.json"}
          description="The same specification is the same version."
          value={packages}
          onChange={(text) => onChange({ packages: text })}
          rows={10}
        />
      )}
    </>
  );
}
