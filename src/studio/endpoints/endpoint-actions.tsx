/** Starting, stopping and deleting an endpoint. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useAction } from "../api/index.ts";
import { Button, Checkbox, ConfirmDialog, CopyAs, Menu } from "../kit/index.ts";
import type { EndpointTabProps } from "./endpoint-tab-props.ts";
import { restOf } from "./rest.ts";

export function EndpointActions({ workspace, endpoint }: EndpointTabProps) {
  const { name, state } = endpoint;
  const start = useAction("startEndpoint", { success: `${name} is running` });
  const stop = useAction("stopEndpoint", { success: `${name} is stopped` });
  const [asks, setAsks] = useState<"stop" | "delete" | null>(null);
  const close = (isOpen: boolean): void => setAsks(isOpen ? asks : null);
  return (
    <>
      <CopyAs cli={`slipway endpoints show ${name}`} rest={restOf("GET", workspace, name)} />
      <Menu
        label="More actions"
        icon="more"
        items={[
          { id: "stop", label: "Stop", icon: "stop", isDisabled: state === "Stopped", onAction: () => setAsks("stop") },
          {
            id: "delete",
            label: "Delete",
            icon: "trash",
            danger: true,
            startsGroup: true,
            onAction: () => setAsks("delete"),
          },
        ]}
      />
      {state === "Stopped" && (
        <Button
          variant="primary"
          icon="play"
          isPending={start.pending}
          onPress={() => void start.run({ workspace, endpoint: name }).catch(() => undefined)}
        >
          Start
        </Button>
      )}
      <ConfirmDialog
        title={`Stop ${name}`}
        isOpen={asks === "stop"}
        onOpenChange={close}
        confirmLabel="Stop"
        onConfirm={() => stop.run({ workspace, endpoint: name })}
        extra={<CopyAs cli={`slipway endpoints stop ${name}`} rest={restOf("POST", workspace, name, "/stop")} />}
      >
        <p>Requests that run are answered, later ones are not. Its address, keys and deployments stay.</p>
      </ConfirmDialog>
      <DeleteDialog workspace={workspace} endpoint={endpoint} isOpen={asks === "delete"} onOpenChange={close} />
    </>
  );
}

interface DeleteDialogProps extends EndpointTabProps {
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

function DeleteDialog({ workspace, endpoint: { name, lastRequestAt }, isOpen, onOpenChange }: DeleteDialogProps) {
  const navigate = useNavigate();
  const remove = useAction("deleteEndpoint", { success: `${name} is deleted` });
  const [force, setForce] = useState(false);
  const confirm = async (): Promise<void> => {
    // Left before its data are read again: they are no longer there.
    await navigate({ to: "/w/$workspace/endpoints", params: { workspace }, search: {} });
    await remove.run({ workspace, endpoint: name, query: { force } });
  };
  return (
    <ConfirmDialog
      title={`Delete ${name}`}
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      confirmLabel="Delete"
      typeName={name}
      onConfirm={confirm}
      extra={
        <CopyAs
          cli={`slipway endpoints delete ${name} --yes${force ? " --force" : ""}`}
          rest={restOf("DELETE", workspace, name, force ? "?force=true" : "")}
        />
      }
    >
      <p>It stops at once, and its keys and logs are gone. Collected rows stay where datasets were made of them.</p>
      {lastRequestAt !== null && (
        <Checkbox label="Also where it had requests in the last hour" value={force} onChange={setForce} />
      )}
    </ConfirmDialog>
  );
}
