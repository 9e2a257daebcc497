/** What can be done to a version: aliases, stage, restriction, deletion. */
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { ModelVersion } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import { ConfirmDialog, Menu, type MenuEntry, shellQuoted, restOf } from "../kit/index.ts";
import { AliasDialog } from "./alias-dialog.tsx";
import type { Uses } from "./lineage-strip.tsx";
import { RestrictDialog } from "./restrict-dialog.tsx";
import type { VersionDialogProps } from "./version-props.ts";
import { StageDialog } from "./stage-dialog.tsx";

type Open = "alias" | "stage" | "restrict" | "lift" | "delete";

interface VersionMenuProps extends Pick<VersionDialogProps, "workspace" | "version"> {
  readonly uses: Uses;
}

export function VersionMenu({ workspace, version, uses }: VersionMenuProps) {
  const navigate = useNavigate();
  const { entriesOf, dialog } = useVersionEntries(workspace, {
    uses,
    leave: () =>
      navigate({ to: "/w/$workspace/models/$model", params: { workspace, model: version.model }, search: {} }),
  });
  return (
    <>
      <Menu label="Change" items={entriesOf(version)} />
      {dialog}
    </>
  );
}

interface OnPage {
  readonly uses?: Uses;
  /** Leaves the page of a version that is being deleted: its data are no longer there to be read again. */
  readonly leave?: () => Promise<void>;
}

/** What can be done to a version, on its page and in lists. */
export function useVersionEntries(workspace: string, { uses = [], leave }: OnPage = {}) {
  const [asked, ask] = useState<{ readonly about: Open; readonly version: ModelVersion } | null>(null);
  const entriesOf = (version: ModelVersion): MenuEntry[] => {
    const entry = (about: Open, label: string): MenuEntry => ({
      id: about,
      label,
      onAction: () => ask({ about, version }),
    });
    return [
      entry("alias", "Aliases"),
      entry("stage", "Stage"),
      { ...entry("restrict", version.restriction ? "Change the restriction" : "Restrict"), startsGroup: true },
      ...(version.restriction ? [entry("lift", "Lift the restriction")] : []),
      { ...entry("delete", "Delete"), icon: "trash", danger: true, startsGroup: true },
    ];
  };
  const dialog: ReactNode = asked && (
    <Asked workspace={workspace} {...asked} {...{ uses, leave }} onClose={() => ask(null)} />
  );
  return { entriesOf, dialog };
}

interface AskedProps {
  readonly workspace: string;
  readonly version: ModelVersion;
  readonly about: Open;
  readonly uses: Uses;
  readonly leave: (() => Promise<void>) | undefined;
  readonly onClose: () => void;
}

function Asked({ workspace, version, about, uses, leave, onClose }: AskedProps) {
  const dialog: VersionDialogProps = { workspace, version, isOpen: true, onOpenChange: onClose };
  if (about === "alias") return <AliasDialog {...dialog} />;
  if (about === "stage") return <StageDialog {...dialog} />;
  if (about === "restrict") return <RestrictDialog {...dialog} />;
  if (about === "lift") return <LiftDialog {...dialog} />;
  return <DeleteDialog {...dialog} uses={uses} leave={leave} />;
}

function LiftDialog({ workspace, version: { model, version }, isOpen, onOpenChange }: VersionDialogProps) {
  const lift = useAction("unrestrictModelVersion", { success: `${model}@${version} may be deployed again` });
  const number = String(version);
  return (
    <ConfirmDialog
      title={`Lift the restriction of ${model}@${version}`}
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      confirmLabel="Lift"
      onConfirm={() => lift.run({ workspace, model, version: number })}
      cli={`slipway models restrict ${shellQuoted(`${model}@${number}`)} --lift`}
      rest={restOf("DELETE", workspace, "models", model, `/versions/${number}/restriction`)}
    >
      <p>New deployments may use it again.</p>
    </ConfirmDialog>
  );
}

function DeleteDialog({
  workspace,
  version: { model, version },
  uses,
  leave,
  isOpen,
  onOpenChange,
}: VersionDialogProps & Pick<AskedProps, "uses" | "leave">) {
  const remove = useAction("deleteModelVersion", { success: `${model}@${version} is deleted` });
  const number = String(version);
  const confirm = async (): Promise<void> => {
    await leave?.();
    await remove.run({ workspace, model, version: number });
  };
  return (
    <ConfirmDialog
      title={`Delete ${model}@${version}`}
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      confirmLabel="Delete"
      typeName={`${model}@${version}`}
      onConfirm={confirm}
      cli={`slipway models delete ${shellQuoted(`${model}@${number}`)}`}
      rest={restOf("DELETE", workspace, "models", model, `/versions/${number}`)}
    >
      <p>Its files go too, and its number is not given again.</p>
      {uses.length > 0 && (
        <p>It is used by {uses.map(({ name }) => name).join(", ")}: the server refuses until it is not.</p>
      )}
    </ConfirmDialog>
  );
}
