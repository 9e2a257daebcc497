/** The menu of an endpoint in the list. */
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Endpoint } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import { restOf, slipwayCommand, type MenuEntry, type RowMenu } from "../kit/index.ts";
import { useEndpointEntries } from "./endpoint-actions.tsx";

export function useEndpointMenu(workspace: string): {
  readonly menuOf: (endpoint: Endpoint) => RowMenu;
  /** What an entry asks in. */
  readonly dialog: ReactNode;
} {
  const navigate = useNavigate();
  const { entriesOf, dialog } = useEndpointEntries(workspace);
  const start = useAction("startEndpoint", { success: "The endpoint is running" });
  const menuOf = (endpoint: Endpoint): RowMenu => {
    const { name, state } = endpoint;
    const tab = (id: "test" | "consume" | "logs", label: string): MenuEntry => ({
      id,
      label,
      onAction: () =>
        void navigate({
          to: "/w/$workspace/endpoints/$endpoint",
          params: { workspace, endpoint: name },
          search: { tab: id },
        }),
    });
    return {
      cli: slipwayCommand(["endpoints", "show", name], workspace),
      rest: restOf("GET", workspace, "endpoints", name),
      actions: [
        tab("test", "Test"),
        tab("consume", "Code that calls it"),
        tab("logs", "Logs"),
        {
          id: "start",
          label: "Start",
          description: slipwayCommand(["endpoints", "start", name], workspace),
          icon: "play",
          isDisabled: state !== "Stopped",
          onAction: () => void start.run({ workspace, endpoint: name }).catch(() => undefined),
          startsGroup: true,
        },
        ...entriesOf(endpoint),
      ],
    };
  };
  return { menuOf, dialog };
}
