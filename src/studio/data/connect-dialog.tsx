import { useState } from "react";
import { useAction, type InputOf } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Button, CopyAs, Dialog, RadioGroup, TextField } from "../kit/index.ts";
import styles from "./data.module.css";

type Config = InputOf<"createDatastore">["body"]["config"];
type Kind = Config["kind"];
type Fields = Readonly<Record<string, string>>;

const kinds: readonly { readonly id: Kind; readonly label: string }[] = [
  { id: "disk", label: "A folder of the server" },
  { id: "s3", label: "A bucket (S3)" },
  { id: "postgres", label: "A database (PostgreSQL)" },
  { id: "https", label: "A web address" },
];

interface FieldSpec {
  readonly id: string;
  readonly label: string;
  readonly isSecret?: boolean;
  readonly isOptional?: boolean;
}

const fields: Readonly<Record<Kind, readonly FieldSpec[]>> = {
  disk: [{ id: "folder", label: "Absolute path" }],
  s3: [
    { id: "bucket", label: "Bucket" },
    { id: "prefix", label: "Prefix", isOptional: true },
    { id: "region", label: "Region" },
    { id: "endpoint", label: "Endpoint of an S3-compatible server", isOptional: true },
    { id: "accessKeyId", label: "Access key", isOptional: true },
    { id: "secretAccessKey", label: "Secret access key", isSecret: true, isOptional: true },
  ],
  postgres: [
    { id: "host", label: "Host" },
    { id: "port", label: "Port" },
    { id: "database", label: "Database" },
    { id: "user", label: "User" },
    { id: "password", label: "Password", isSecret: true, isOptional: true },
  ],
  https: [
    { id: "url", label: "Address that paths are appended to" },
    { id: "token", label: "Token", isSecret: true, isOptional: true },
  ],
};

/** @returns what is sent for what stands in the fields */
export function configOf(kind: Kind, given: Fields): Config {
  const {
    folder = "",
    bucket = "",
    prefix = "",
    region = "",
    endpoint = "",
    host = "",
    database = "",
    user = "",
  } = given;
  const { accessKeyId = "", secretAccessKey = "", password = "", url = "", token = "", port = "5432" } = given;
  switch (kind) {
    case "disk":
      return { kind, settings: { folder } };
    case "s3":
      return {
        kind,
        settings: { bucket, prefix, region, ...(endpoint !== "" && { endpoint }) },
        ...(accessKeyId !== "" && { credentials: { accessKeyId, secretAccessKey } }),
      };
    case "postgres":
      return {
        kind,
        settings: { host, port: Number(port), database, user, tls: "verify" },
        ...(password !== "" && { credentials: { password } }),
      };
    case "https":
      return { kind, settings: { url }, ...(token !== "" && { credentials: { token } }) };
  }
}

export function ConnectDialog() {
  const workspace = useWorkspace();
  const create = useAction("createDatastore", { success: "Connected" });
  const [name, setName] = useState("");
  const [kind, setKind] = useState<Kind>("disk");
  const [given, setGiven] = useState<Fields>({ port: "5432" });
  const body = { name, config: configOf(kind, given) };
  const secrets = fields[kind].filter(({ isSecret }) => isSecret === true).map(({ id }) => [id, "…"]);
  const shown = { name, config: configOf(kind, { ...given, ...Object.fromEntries(secrets) }) };
  const isReady =
    name !== "" && fields[kind].every(({ id, isOptional }) => isOptional === true || (given[id] ?? "") !== "");
  return (
    <Dialog
      title="Connect a datastore"
      size="large"
      trigger={<Button variant="primary">Connect</Button>}
      actions={(close) => (
        <>
          <CopyAs rest={{ method: "POST", path: `/api/v1/workspaces/${workspace}/datastores`, body: shown }} />
          <Button onPress={close}>Cancel</Button>
          <Button
            variant="primary"
            isPending={create.pending}
            isDisabled={!isReady}
            onPress={() => void create.run({ workspace, body }).then(close, () => undefined)}
          >
            Connect
          </Button>
        </>
      )}
    >
      <div className={styles.form}>
        <TextField label="Name" value={name} onChange={setName} autoFocus />
        <RadioGroup label="Kind" options={kinds} value={kind} onChange={setKind} />
        {fields[kind].map(({ id, label, isSecret, isOptional }) => (
          <TextField
            key={id}
            label={label}
            value={given[id] ?? ""}
            onChange={(text) => setGiven({ ...given, [id]: text })}
            {...(isSecret === true && { type: "password" as const })}
            {...(isOptional === true && { description: "May be left empty" })}
          />
        ))}
      </div>
    </Dialog>
  );
}
