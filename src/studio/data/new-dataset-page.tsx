import { createLazyRoute } from "@tanstack/react-router";
import { useState } from "react";
import { useAction, type InputOf } from "../api/index.ts";
import { usePageTitle, useWorkspace } from "../app/index.ts";
import {
  Button,
  CopyAs,
  Disclosure,
  ErrorCard,
  FileDrop,
  Page,
  RadioGroup,
  slipwayCommand,
  TextArea,
  TextField,
} from "../kit/index.ts";
import styles from "./data.module.css";
import { datasetNameOf } from "./dataset-name.ts";
import { readOptionsOf, type ReadChoice } from "./read-choice.ts";
import { ReadOptions } from "./read-options.tsx";
import { UploadStatus } from "./upload-status.tsx";
import { useUpload } from "./upload.ts";

export const route = createLazyRoute("/w/$workspace/data/new")({ component: NewDatasetPage });

const origins = [
  { id: "file", label: "A file" },
  { id: "url", label: "An address" },
  { id: "datastore", label: "A path in a datastore" },
  { id: "query", label: "A query of a database" },
] as const;
type Origin = (typeof origins)[number]["id"];
type Source = InputOf<"createDatasetVersion">["body"]["source"];

function NewDatasetPage() {
  const { dataset } = route.useSearch();
  usePageTitle(dataset === undefined ? "New dataset" : `New version of ${dataset}`);
  const workspace = useWorkspace();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const origin = (search.from ?? "file") as Origin;
  const [name, setName] = useState(dataset ?? "");
  const [read, setRead] = useState<ReadChoice>({});
  const show = (made: string): void =>
    void navigate({ to: "/w/$workspace/data/$dataset", params: { workspace, dataset: made }, search: {} });
  return (
    <Page
      title={dataset === undefined ? "New dataset" : `New version of ${dataset}`}
      crumbs={[{ label: "Data", link: { to: "/w/$workspace/data", params: { workspace } } }]}
    >
      <div className={styles.form}>
        <RadioGroup
          label="From"
          options={origins}
          value={origin}
          onChange={(from) => void navigate({ search: { ...search, from }, replace: true })}
        />
        <TextField
          label="Name"
          description={origin === "file" ? "By default that of the file" : "Letters, digits, underscore, dot and dash"}
          value={name}
          onChange={setName}
          isDisabled={dataset !== undefined}
        />
        <Disclosure id="reading" title="How the file is read">
          <ReadOptions value={read} onChange={setRead} />
        </Disclosure>
        {origin === "file" ? (
          <FromFile name={name} read={read} onMade={show} />
        ) : (
          <FromPlace key={origin} origin={origin} name={name} read={read} search={search} onMade={show} />
        )}
      </div>
    </Page>
  );
}

interface FromProps {
  readonly name: string;
  readonly read: ReadChoice;
  readonly onMade: (dataset: string) => void;
}

function FromFile({ name, read, onMade }: FromProps) {
  const upload = useUpload();
  const workspace = useWorkspace();
  const take = async ([file]: File[]): Promise<void> => {
    const options = readOptionsOf(read);
    const made = file && (await upload.start(file, { ...(name !== "" && { name }), ...(options && { options }) }));
    if (made) onMade(made.dataset);
  };
  return (
    <>
      <FileDrop
        accept={[".csv", ".tsv", ".txt", ".parquet"]}
        onFiles={(files) => void take(files)}
        isDisabled={upload.progress !== null}
      >
        Drop a CSV or Parquet file of any size
      </FileDrop>
      <UploadStatus upload={upload} />
      <CopyAs cli={slipwayCommand(["data", "create", name === "" ? "NAME" : name, "FILE"], workspace)} />
    </>
  );
}

interface PlaceProps extends FromProps {
  readonly origin: Exclude<Origin, "file">;
  readonly search: { readonly datastore?: string | undefined; readonly path?: string | undefined };
}

/** From where the server can read it itself. */
function FromPlace({ origin, name, read, search, onMade }: PlaceProps) {
  const workspace = useWorkspace();
  const create = useAction("createDatasetVersion", { quiet: true });
  const [datastore, setDatastore] = useState(search.datastore ?? "");
  const [text, setText] = useState(search.path ?? "");
  const dataset = name === "" && origin !== "query" ? datasetNameOf(text.split("/").at(-1) ?? "") : name;
  const options = readOptionsOf(read);
  const body = { source: sourceOf(origin, datastore, text), createDataset: true, ...(options && { options }) };
  const submit = async (): Promise<void> => {
    await create.run({ workspace, dataset, body });
    onMade(dataset);
  };
  const isReady = text !== "" && dataset !== "" && (origin === "url" || datastore !== "");
  const path = `/api/v1/workspaces/${workspace}/datasets/${dataset}/versions`;
  return (
    <>
      {origin !== "url" && <TextField label="Datastore" value={datastore} onChange={setDatastore} />}
      {origin === "query" ? (
        <TextArea label="Query" description="One SELECT" value={text} onChange={setText} rows={6} />
      ) : (
        <TextField
          label={origin === "url" ? "Address" : "Path"}
          description={
            origin === "url"
              ? "https://…, of a host that the server's operator allows"
              : "Of a file, from the datastore's beginning"
          }
          value={text}
          onChange={setText}
        />
      )}
      {create.error && <ErrorCard error={create.error} />}
      <div className={styles.bar}>
        <Button
          variant="primary"
          isPending={create.pending}
          isDisabled={!isReady}
          onPress={() => void submit().catch(() => undefined)}
        >
          Create
        </Button>
        <CopyAs rest={{ method: "POST", path, body }} />
      </div>
    </>
  );
}

function sourceOf(origin: PlaceProps["origin"], datastore: string, text: string): Source {
  if (origin === "url") return { url: text };
  return origin === "query" ? { datastore, query: text } : { datastore, path: text };
}
