/** A definition is written or pasted, checked as it is typed, and published. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createLazyRoute, useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState, type ReactElement, type RefObject } from "react";
import type { NewPipelineVersion } from "../../contract/index.ts";
import { call, query, steadyQuery, useAction } from "../api/index.ts";
import { usePageTitle } from "../app/index.ts";
import {
  Button,
  Card,
  CopyAs,
  EmptyState,
  ErrorCard,
  LinkButton,
  Page,
  Switch,
  TextField,
  apiPath,
  slipwayCommand,
} from "../kit/index.ts";
import { CodeFilesCard, type CodeFiles } from "./code-files.tsx";
import { DefinitionEditor, lineHeight } from "./definition-editor.tsx";
import { DefinitionProblems } from "./definition-problems.tsx";
import { exampleDefinition } from "./example-definition.ts";
import { onCtrlEnter } from "./form-keys.ts";
import { GraphView } from "./lazy-graph-view.tsx";
import { versionInput } from "./inputs.ts";
import { outlineOf, type Outline } from "./outline.ts";
import { lineOfStep, offsetOf } from "./text-position.ts";
import styles from "./pipelines.module.css";

export const route = createLazyRoute("/w/$workspace/pipelines/new")({ component: NewPipelinePage });

function NewPipelinePage(): ReactElement {
  const { workspace } = route.useParams();
  const { from, version } = route.useSearch();
  usePageTitle("New pipeline");
  const queryClient = useQueryClient();
  const known =
    from === undefined
      ? undefined
      : queryClient.getQueryData(query("getPipelineVersion", versionInput(workspace, from, version)).queryKey);
  const text = known ? (known.text ?? JSON.stringify(known.definition, null, 2)) : exampleDefinition;
  return (
    <Page
      title={known ? `New version of ${known.name}` : "New pipeline"}
      crumbs={[{ label: "Pipelines", link: { to: "/w/$workspace/pipelines", params: { workspace } } }]}
      description="YAML or JSON: written, pasted or dropped here. It is checked as you type; published, it has a REST address."
    >
      <Draft key={`${from} ${version}`} text={text} />
    </Page>
  );
}

function Draft({ text: first }: { readonly text: string }): ReactElement {
  const { workspace } = route.useParams();
  const [text, setText] = useState(first);
  const [files, setFiles] = useState<CodeFiles>(new Map());
  const area = useRef<HTMLTextAreaElement>(null);
  const outline = useMemo(() => outlineOf(text), [text]);
  const settled = useSettled(text);
  const check = useQuery({
    ...steadyQuery("checkPipeline", { workspace, body: { text: settled } }),
    enabled: settled.trim() !== "",
  });
  const problems = settled.trim() === "" ? null : (check.data?.problems ?? null);
  const marked = useMemo(() => new Set((problems ?? []).flatMap(({ line }) => line ?? [])), [problems]);
  const publishing = usePublish({ text, outline, files });
  return (
    <div className={styles.half} onKeyDown={onCtrlEnter(publishing.publish)}>
      <div className={styles.stack}>
        <DefinitionEditor label="Definition" value={text} onChange={setText} marked={marked} area={area} />
        <DefinitionProblems
          problems={problems}
          error={check.error}
          onOpen={({ line, column }) => line !== null && goTo(area, line, column ?? 1)}
        />
      </div>
      <div className={styles.stack}>
        <OutlineGraph
          outline={outline}
          onOpen={(step) => goTo(area, lineOfStep(text, step) ?? 1, 1)}
          onExample={() => setText(exampleDefinition)}
        />
        {[...outline.code].map(([folder, steps]) => (
          <CodeFilesCard
            key={folder}
            folder={folder}
            steps={steps}
            files={files.get(folder) ?? []}
            onChange={(next) => setFiles(new Map(files).set(folder, next))}
          />
        ))}
        <PublishCard {...publishing} text={text} isValid={check.data?.valid === true && text === settled} />
      </div>
    </div>
  );
}

interface OutlineGraphProps {
  readonly outline: Outline;
  readonly onOpen: (step: string) => void;
  readonly onExample: () => void;
}

function OutlineGraph({ outline, onOpen, onExample }: OutlineGraphProps): ReactElement {
  if (outline.steps.length > 0)
    return <GraphView label="Steps of the definition" steps={outline.steps} height={380} onSelect={onOpen} />;
  return (
    <EmptyState title="No steps yet" action={<Button onPress={onExample}>Begin with an example</Button>}>
      The graph of the steps stands here as they are written.
    </EmptyState>
  );
}

/** Milliseconds without a key before the text is checked. */
const pause = 350;

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), pause);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** Puts the cursor there, with some lines above it in sight. */
function goTo(area: RefObject<HTMLTextAreaElement | null>, line: number, column: number): void {
  const found = area.current;
  if (!found) return;
  const offset = offsetOf(found.value, line, column);
  found.focus();
  found.setSelectionRange(offset, offset);
  found.scrollTop = Math.max(0, (line - 5) * lineHeight);
}

interface PublishInput {
  readonly text: string;
  readonly outline: Outline;
  readonly files: CodeFiles;
}

function usePublish({ text, outline, files }: PublishInput) {
  const { workspace } = route.useParams();
  const navigate = useNavigate();
  const [description, setDescription] = useState("");
  const [isDefault, setDefault] = useState(true);
  const [uploading, setUploading] = useState<string | null>(null);
  const [uploadError, setUploadError] = useState<unknown>(null);
  const action = useAction("publishPipeline", { quiet: true });
  const settings = {
    ...(description.trim() !== "" && { description: description.trim() }),
    ...(!isDefault && { default: false }),
  };
  const send = async (): Promise<void> => {
    setUploadError(null);
    try {
      const code = await uploadCode(workspace, outline, files, setUploading);
      const version = await action.run({
        workspace,
        body: { text, ...settings, ...(Object.keys(code).length > 0 && { code }) },
      });
      await navigate({
        to: "/w/$workspace/pipelines/$pipeline",
        params: { workspace, pipeline: version.name },
        search: isDefault ? {} : { version: version.version },
      });
    } catch (error) {
      setUploadError(error);
    } finally {
      setUploading(null);
    }
  };
  return {
    description,
    setDescription,
    isDefault,
    setDefault,
    uploading,
    settings,
    pending: action.pending || uploading !== null,
    error: uploadError,
    publish: () => void send(),
  };
}

/** Each file is sent once, also where several steps use its folder. */
async function uploadCode(
  workspace: string,
  outline: Outline,
  files: CodeFiles,
  tell: (path: string) => void,
): Promise<NonNullable<NewPipelineVersion["code"]>> {
  const code: NonNullable<NewPipelineVersion["code"]> = {};
  for (const [folder, steps] of outline.code) {
    const sent: { path: string; upload: string }[] = [];
    for (const { path, file } of files.get(folder) ?? []) {
      tell(path);
      const input = {
        workspace,
        query: { fileName: file.name },
        upload: file,
        mediaType: "application/octet-stream",
      } as const;
      sent.push({ path, upload: (await call("createUpload", input)).id });
    }
    if (sent.length > 0) for (const step of steps) code[step] = { files: sent };
  }
  return code;
}

type PublishCardProps = ReturnType<typeof usePublish> & { readonly text: string; readonly isValid: boolean };

function PublishCard(props: PublishCardProps): ReactElement {
  const { workspace } = route.useParams();
  const { uploading, pending, error, settings, text, isValid } = props;
  const { description, default: isDefault } = settings;
  const words = [
    "pipelines",
    "publish",
    "pipeline.yaml",
    ...(description === undefined ? [] : ["--description", description]),
  ];
  return (
    <Card title="Publish">
      <div className={styles.form}>
        <TextField
          label="What this version is about"
          value={props.description}
          onChange={props.setDescription}
          maxLength={5000}
        />
        <Switch
          label="Make it the default version"
          description="The fixed address and schedules start it from now on."
          value={props.isDefault}
          onChange={props.setDefault}
        />
        {error ? <ErrorCard error={error} /> : null}
        <div className={styles.formActions}>
          <Button variant="primary" isPending={pending} isDisabled={!isValid && !pending} onPress={props.publish}>
            {uploading === null ? "Publish" : `Uploading ${uploading}`}
          </Button>
          <LinkButton to="/w/$workspace/pipelines" params={{ workspace }}>
            Back
          </LinkButton>
          <CopyAs
            cli={slipwayCommand([...words, isDefault === false && "--no-default"], workspace)}
            rest={{ method: "POST", path: apiPath(workspace, "pipelines"), body: { text, ...settings } }}
          />
        </div>
      </div>
    </Card>
  );
}
