/** What can be done to a version: aliases, stage, restriction, deletion. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useAction } from "../api/index.ts";
import { ConfirmDialog, CopyAs, Menu, shellQuoted } from "../kit/index.ts";
import { AliasDialog } from "./alias-dialog.tsx";
import type { Uses } from "./lineage-strip.tsx";
import { RestrictDialog } from "./restrict-dialog.tsx";
import { restOf } from "./rest.ts";
import type { VersionDialogProps } from "./version-props.ts";
import { StageDialog } from "./stage-dialog.tsx";

type Open = "alias" | "stage" | "restrict" | "lift" | "delete";

interface VersionMenuProps extends Pick<VersionDialogProps, "workspace" | "version"> {
  readonly uses: Uses;
}

export function VersionMenu({ workspace, version, uses }: VersionMenuProps) {
  const [open, setOpen] = useState<Open | null>(null);
  const dialog = (which: Open): VersionDialogProps => ({
    workspace,
    version,
    isOpen: open === which,
    onOpenChange: (isOpen) => setOpen(isOpen ? which : null),
  });
  return (
    <>
      <Menu
        label="Change"
        items={[
          { id: "alias", label: "Aliases", onAction: () => setOpen("alias") },
          { id: "stage", label: "Stage", onAction: () => setOpen("stage") },
          {
            id: "restrict",
            label: version.restriction ? "Change the restriction" : "Restrict",
            startsGroup: true,
            onAction: () => setOpen("restrict"),
          },
          ...(version.restriction
            ? [{ id: "lift", label: "Lift the restriction", onAction: () => setOpen("lift") }]
            : []),
          {
            id: "delete",
            label: "Delete",
            icon: "trash" as const,
            danger: true,
            startsGroup: true,
            onAction: () => setOpen("delete"),
          },
        ]}
      />
      {open === "alias" && <AliasDialog {...dialog("alias")} />}
      {open === "stage" && <StageDialog {...dialog("stage")} />}
      {open === "restrict" && <RestrictDialog {...dialog("restrict")} />}
      <LiftDialog {...dialog("lift")} />
      <DeleteDialog {...dialog("delete")} uses={uses} />
    </>
  );
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
      extra={
        <CopyAs
          cli={`slipway models restrict ${shellQuoted(`${model}@${number}`)} --lift`}
          rest={restOf("DELETE", workspace, model, `/versions/${number}/restriction`)}
        />
      }
    >
      <p>New deployments may use it again.</p>
    </ConfirmDialog>
  );
}

function DeleteDialog({
  workspace,
  version: { model, version },
  uses,
  isOpen,
  onOpenChange,
}: VersionDialogProps & { readonly uses: Uses }) {
  const navigate = useNavigate();
  const remove = useAction("deleteModelVersion", { success: `${model}@${version} is deleted` });
  const number = String(version);
  const confirm = async (): Promise<void> => {
    // Left before its data are read again: they are no longer there.
    await navigate({ to: "/w/$workspace/models/$model", params: { workspace, model }, search: {} });
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
      extra={
        <CopyAs
          cli={`slipway models delete ${shellQuoted(`${model}@${number}`)}`}
          rest={restOf("DELETE", workspace, model, `/versions/${number}`)}
        />
      }
    >
      <p>Its files go too, and its number is not given again.</p>
      {uses.length > 0 && (
        <p>It is used by {uses.map(({ name }) => name).join(", ")}: the server refuses until it is not.</p>
      )}
    </ConfirmDialog>
  );
}
