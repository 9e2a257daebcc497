/** The menu of a dataset in the list. */
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { Dataset } from "../../contract/index.ts";
import { useWorkspace } from "../app/index.ts";
import { restOf, slipwayCommand, type MenuEntry, type RowMenu } from "../kit/index.ts";
import { ArchiveDialog, DescribeDialog, downloadPath } from "./dataset-menu.tsx";

interface DatasetRowMenu {
  readonly menuOf: (dataset: Dataset) => RowMenu;
  /** What an entry asks in. */
  readonly dialog: ReactNode;
}

export function useDatasetRowMenu(): DatasetRowMenu {
  const workspace = useWorkspace();
  const [asked, ask] = useState<{ readonly about: "describe" | "archive"; readonly dataset: Dataset } | null>(null);
  const linksOf = useDatasetLinks();
  const menuOf = (dataset: Dataset): RowMenu => {
    const isArchived = dataset.archivedAt !== null;
    return {
      cli: slipwayCommand(["data", "show", dataset.name], workspace),
      rest: restOf("GET", workspace, "datasets", dataset.name),
      actions: [
        ...linksOf(dataset),
        {
          id: "describe",
          label: "Describe",
          icon: "pencil",
          startsGroup: true,
          onAction: () => ask({ about: "describe", dataset }),
        },
        {
          id: "archive",
          label: isArchived ? "Take back" : "Archive",
          icon: "archive",
          danger: !isArchived,
          onAction: () => ask({ about: "archive", dataset }),
        },
      ],
    };
  };
  const close = (): void => ask(null);
  const dialog = asked && (
    <>
      {asked.about === "describe" && <DescribeDialog dataset={asked.dataset} onClose={close} />}
      {asked.about === "archive" && <ArchiveDialog dataset={asked.dataset} onClose={close} />}
    </>
  );
  return { menuOf, dialog };
}

/** Where one goes on from a dataset. */
function useDatasetLinks(): (dataset: Dataset) => MenuEntry[] {
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const params = { workspace };
  return ({ name, latest, archivedAt }) => [
    {
      id: "train",
      label: "Train on this",
      icon: "sparkle",
      isDisabled: latest === null,
      onAction: () => void navigate({ to: "/w/$workspace/automl/new", params, search: { dataset: name } }),
    },
    {
      id: "version",
      label: "New version",
      icon: "plus",
      isDisabled: archivedAt !== null,
      onAction: () => void navigate({ to: "/w/$workspace/data/new", params, search: { dataset: name } }),
    },
    {
      id: "download",
      label: "Download",
      description: slipwayCommand(["data", "download", name], workspace),
      icon: "download",
      isDisabled: latest === null,
      // A link of the browser, so that a file of any size goes to the disk as it comes.
      onAction: () => location.assign(downloadPath(workspace, name, "latest")),
    },
  ];
}
