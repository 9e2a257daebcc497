/** Starting, stopping and deleting an endpoint. */
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { Endpoint } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import { Button, Checkbox, ConfirmDialog, CopyAs, Menu, type MenuEntry, restOf, slipwayCommand } from "../kit/index.ts";
import type { EndpointTabProps } from "./endpoint-tab-props.ts";

export function EndpointActions({ workspace, endpoint }: EndpointTabProps) {
  const navigate = useNavigate();
  const { name, state } = endpoint;
  const start = useAction("startEndpoint", { success: `${name} is running` });
  const { entriesOf, dialog } = useEndpointEntries(workspace, () =>
    navigate({ to: "/w/$workspace/endpoints", params: { workspace }, search: {} }),
  );
  return (
    <>
      <CopyAs
        cli={slipwayCommand(["endpoints", "show", name], workspace)}
        rest={restOf("GET", workspace, "endpoints", name)}
      />
      <Menu label="More actions" icon="more" items={entriesOf(endpoint)} />
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
      {dialog}
    </>
  );
}

type ListedEndpoint = Pick<Endpoint, "name" | "state" | "lastRequestAt">;

/**
 * What ends an endpoint, on its page and in the list.
 * @param leave the page of an endpoint that is being deleted: its data are no longer there to be read again
 */
export function useEndpointEntries(workspace: string, leave?: () => Promise<void>) {
  const [asked, ask] = useState<{ readonly about: "stop" | "delete"; readonly endpoint: ListedEndpoint } | null>(null);
  const entriesOf = (endpoint: ListedEndpoint): MenuEntry[] => [
    {
      id: "stop",
      label: "Stop",
      icon: "stop",
      isDisabled: endpoint.state === "Stopped",
      onAction: () => ask({ about: "stop", endpoint }),
    },
    {
      id: "delete",
      label: "Delete",
      icon: "trash",
      danger: true,
      startsGroup: true,
      onAction: () => ask({ about: "delete", endpoint }),
    },
  ];
  const close = (): void => ask(null);
  const dialog: ReactNode = asked && (
    <>
      {asked.about === "stop" && <StopDialog workspace={workspace} name={asked.endpoint.name} onClose={close} />}
      {asked.about === "delete" && (
        <DeleteDialog workspace={workspace} endpoint={asked.endpoint} leave={leave} onClose={close} />
      )}
    </>
  );
  return { entriesOf, dialog };
}

interface StopDialogProps {
  readonly workspace: string;
  readonly name: string;
  readonly onClose: () => void;
}

function StopDialog({ workspace, name, onClose }: StopDialogProps) {
  const stop = useAction("stopEndpoint", { success: `${name} is stopped` });
  return (
    <ConfirmDialog
      title={`Stop ${name}`}
      isOpen
      onOpenChange={onClose}
      confirmLabel="Stop"
      onConfirm={() => stop.run({ workspace, endpoint: name })}
      cli={slipwayCommand(["endpoints", "stop", name], workspace)}
      rest={restOf("POST", workspace, "endpoints", name, "/stop")}
    >
      <p>Requests that run are answered, later ones are not. Its address, keys and deployments stay.</p>
    </ConfirmDialog>
  );
}

interface DeleteDialogProps {
  readonly workspace: string;
  readonly endpoint: ListedEndpoint;
  readonly leave: (() => Promise<void>) | undefined;
  readonly onClose: () => void;
}

function DeleteDialog({ workspace, endpoint: { name, lastRequestAt }, leave, onClose }: DeleteDialogProps) {
  const remove = useAction("deleteEndpoint", { success: `${name} is deleted` });
  const [force, setForce] = useState(false);
  const confirm = async (): Promise<void> => {
    await leave?.();
    await remove.run({ workspace, endpoint: name, query: { force } });
  };
  return (
    <ConfirmDialog
      title={`Delete ${name}`}
      isOpen
      onOpenChange={onClose}
      confirmLabel="Delete"
      typeName={name}
      onConfirm={confirm}
      cli={slipwayCommand(["endpoints", "delete", name, "--yes", force && "--force"], workspace)}
      rest={restOf("DELETE", workspace, "endpoints", name, force ? "?force=true" : "")}
    >
      <p>It stops at once, and its keys and logs are gone. Collected rows stay where datasets were made of them.</p>
      {lastRequestAt !== null && (
        <Checkbox label="Also where it had requests in the last hour" value={force} onChange={setForce} />
      )}
    </ConfirmDialog>
  );
}
