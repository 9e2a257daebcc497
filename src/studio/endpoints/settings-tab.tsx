/** Everything of an endpoint that can be changed while it lives. */
import { useState, type KeyboardEvent } from "react";
import { useAction, type InputOf } from "../api/index.ts";
import { Button, CopyAs, DefinitionList, Card, Bytes, DateTime, restOf } from "../kit/index.ts";
import type { EndpointTabProps } from "./endpoint-tab-props.ts";
import { changesOf, draftOf, updateCommand, type SettingsDraft } from "./settings-changes.ts";
import { AccessFields, AnswerFields, InputFields, LimitFields, RecordFields, ScaleFields } from "./settings-fields.tsx";
import styles from "./settings.module.css";

export default function SettingsTab({ workspace, endpoint }: EndpointTabProps) {
  const before = draftOf(endpoint);
  // The draft begins anew once the endpoint has changed.
  return <SettingsForm key={JSON.stringify(before)} workspace={workspace} endpoint={endpoint} before={before} />;
}

function SettingsForm({ workspace, endpoint, before }: EndpointTabProps & { readonly before: SettingsDraft }) {
  const [draft, setDraft] = useState(before);
  const update = useAction("updateEndpoint", { success: "The settings are in force" });
  const changes = changesOf(before, draft);
  const save = (): void => {
    if (changes === null) return;
    const body = changes as InputOf<"updateEndpoint">["body"];
    void update.run({ workspace, endpoint: endpoint.name, body }).catch(() => undefined);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
  };
  const fields = { draft, onChange: (next: Partial<SettingsDraft>) => setDraft({ ...draft, ...next }) };
  const command = changes && updateCommand(endpoint.name, changes, draft);
  return (
    <form
      className={styles.form}
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <div className={styles.cards}>
        <AccessFields {...fields} />
        <RecordFields {...fields} />
        <ScaleFields {...fields} />
        <LimitFields {...fields} />
        <InputFields {...fields} />
        <AnswerFields {...fields} />
        <Processes endpoint={endpoint} />
      </div>
      <div className={styles.actions}>
        <CopyAs
          cli={command ?? `slipway endpoints update ${endpoint.name} --help`}
          rest={restOf("PATCH", workspace, "endpoints", endpoint.name, "", changes ?? {})}
        />
        <Button isDisabled={changes === null} onPress={() => setDraft(before)}>
          Undo
        </Button>
        <Button type="submit" variant="primary" isDisabled={changes === null} isPending={update.pending}>
          Save
        </Button>
      </div>
    </form>
  );
}

function Processes({ endpoint }: Pick<EndpointTabProps, "endpoint">) {
  const { processes, revision, appliedRevision, port, createdBy, createdAt } = endpoint;
  return (
    <Card title="Processes" description="Of the machine of the server, as they are now.">
      <DefinitionList
        items={[
          ["Port", String(port)],
          [
            "Settings in force",
            revision === appliedRevision
              ? `revision ${revision}`
              : `revision ${appliedRevision}, ${revision} is being applied`,
          ],
          [
            "Made",
            <>
              <DateTime at={createdAt} /> by {createdBy}
            </>,
          ],
          ...processes.map(
            ({ pid, role, state, memoryBytes, restarts }) =>
              [
                `${role} ${pid}`,
                <>
                  {state}, <Bytes value={memoryBytes} />
                  {restarts > 0 && `, ${restarts} restarts`}
                </>,
              ] as const,
          ),
        ]}
      />
    </Card>
  );
}
