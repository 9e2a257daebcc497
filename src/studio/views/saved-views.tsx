import { useQuery } from "@tanstack/react-query";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent, type ReactElement } from "react";
import type { SavedView } from "../../contract/index.ts";
import { query, useAction } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { apiPath, Button, CopyAs, Dialog, ErrorCard, IconButton, restOf, Skeleton, TextField } from "../kit/index.ts";
import { viewSearch } from "./view-search.ts";
import styles from "./saved-views.module.css";

interface SavedViewsProps {
  /** Below the workspace: "jobs". */
  readonly page: string;
}

/** A button for the list's page: its saved views to open and delete, and the view as it is now to save. */
export function SavedViews({ page }: SavedViewsProps): ReactElement {
  return (
    <Dialog title="Saved views" trigger={<Button variant="quiet">Views</Button>}>
      {(close) => (
        <>
          <ViewList page={page} close={close} />
          <SaveView page={page} close={close} />
        </>
      )}
    </Dialog>
  );
}

interface PartProps extends SavedViewsProps {
  readonly close: () => void;
}

function ViewList({ page, close }: PartProps): ReactElement {
  const workspace = useWorkspace();
  const { data, error } = useQuery(query("listSavedViews", { workspace }));
  if (error) return <ErrorCard error={error} />;
  if (!data) return <Skeleton lines={2} />;
  const views = data.items.filter((view) => view.page === page);
  if (views.length === 0)
    return <p className={styles.none}>None yet. A name below keeps the filters, sort and columns of this page.</p>;
  return (
    <ul className={styles.views}>
      {views.map((view) => (
        <ViewItem key={view.id} view={view} close={close} />
      ))}
    </ul>
  );
}

function ViewItem({ view, close }: { readonly view: SavedView; readonly close: () => void }): ReactElement {
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const remove = useAction("deleteSavedView", { success: `The view ${view.name} is deleted` });
  const open = (): void => {
    close();
    void navigate({ href: `/w/${encodeURIComponent(workspace)}/${view.page}${view.search}` });
  };
  return (
    <li className={styles.view}>
      <button type="button" className={styles.open} onClick={open}>
        <span>{view.name}</span>
        <span className={styles.search}>{searchText(view.search)}</span>
      </button>
      <CopyAs rest={restOf("DELETE", workspace, "saved-views", view.id)} />
      <IconButton
        icon="trash"
        label={`Delete the view ${view.name}`}
        onPress={() => void remove.run({ workspace, view: view.id }).catch(() => undefined)}
      />
    </li>
  );
}

/** "q: status:failed, sort: -start", as people read it. */
function searchText(search: string): string {
  const parts = [...new URLSearchParams(search)].map(([name, value]) => `${name}: ${value}`);
  return parts.length === 0 ? "as it opens" : parts.join(", ");
}

function SaveView({ page, close }: PartProps): ReactElement {
  const workspace = useWorkspace();
  const search = viewSearch(useLocation({ select: ({ searchStr }) => searchStr }));
  const [typed, setTyped] = useState("");
  const name = typed.trim();
  const save = useAction("saveView", { success: `This view is saved as ${name}` });
  const body = { name, page, search };
  const submit = (): void => {
    if (name !== "") void save.run({ workspace, body }).then(close, () => undefined);
  };
  return (
    <form
      className={styles.save}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        submit();
      }}
    >
      <TextField
        label="Save the view as"
        description={searchText(search)}
        value={typed}
        onChange={setTyped}
        onSubmit={submit}
        maxLength={100}
        autoFocus
      />
      <div className={styles.actions}>
        <CopyAs rest={{ method: "POST", path: apiPath(workspace, "saved-views"), body }} />
        <Button variant="primary" isDisabled={name === ""} isPending={save.pending} onPress={submit}>
          Save
        </Button>
      </div>
    </form>
  );
}
