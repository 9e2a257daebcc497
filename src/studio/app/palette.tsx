/** Everything by its name: pages, what they can begin, and what the workspace holds. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useId, useState, type KeyboardEvent } from "react";
import type { SavedView, SearchResult } from "../../contract/index.ts";
import { query, steadyQuery } from "../api/index.ts";
import { places } from "./places.ts";
import { Sheet } from "./sheet.tsx";
import styles from "./shell.module.css";

interface Item {
  readonly key: string;
  readonly label: string;
  readonly more?: string;
  /** Below the workspace: "/data/bank". */
  readonly path: string;
}

interface Group {
  readonly label: string;
  readonly items: readonly Item[];
}

const beginnings: readonly Item[] = [
  { key: "new-data", label: "Upload data", path: "/data/new" },
  { key: "new-automl", label: "Start Automated ML", path: "/automl/new" },
  { key: "new-endpoint", label: "Deploy a model", path: "/endpoints/new" },
  { key: "new-pipeline", label: "Publish a pipeline", path: "/pipelines/new" },
];

export default function Palette(props: { readonly workspace: string; readonly onClose: () => void }) {
  const { workspace, onClose } = props;
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [selected, setSelected] = useState(0);
  const { groups, isFetching } = useGroups(workspace, text);
  const items = groups.flatMap((group) => group.items);
  const at = Math.min(selected, items.length - 1);
  const id = useId();
  const open = (item: Item | undefined): void => {
    if (item === undefined) return;
    onClose();
    void navigate({ href: `/w/${encodeURIComponent(workspace)}${item.path}` });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && items.length > 0) setSelected((at + step + items.length) % items.length);
    else if (event.key === "Enter") open(items[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Sheet label="Search" onClose={onClose}>
      <input
        className={styles.query}
        role="combobox"
        aria-label="Search or go to"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={items.length > 0 ? `${id}-${at}` : undefined}
        placeholder="A page, dataset, model, run, endpoint, pipeline"
        autoFocus
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setSelected(0);
        }}
        onKeyDown={onKeyDown}
      />
      <Found id={id} groups={groups} items={items} selected={items[at]} isFetching={isFetching} onOpen={open} />
    </Sheet>
  );
}

/** @returns the groups of what has `text` in its name; what the workspace holds comes a moment later */
function useGroups(workspace: string, text: string): { readonly groups: Group[]; readonly isFetching: boolean } {
  const asked = useDeferredValue(text.trim());
  const { data, isFetching } = useQuery({
    ...steadyQuery("search", { workspace, query: { q: asked } }),
    enabled: asked !== "",
  });
  // Those of all pages at once: the server has at most 200.
  const views = useQuery(query("listSavedViews", { workspace })).data?.items ?? [];
  const fixed = [...fixedGroups(asked), ...viewGroups(views, asked)];
  return { groups: [...fixed, ...(data && asked !== "" ? foundGroups(data) : [])], isFetching };
}

interface FoundProps {
  /** Of the list; an option's is this and its place in `items`. */
  readonly id: string;
  readonly groups: readonly Group[];
  /** Those of all groups, in their order. */
  readonly items: readonly Item[];
  readonly selected: Item | undefined;
  readonly isFetching: boolean;
  readonly onOpen: (item: Item) => void;
}

function Found({ id, groups, items, selected, isFetching, onOpen }: FoundProps) {
  return (
    <div id={id} className={styles.found} role="listbox" aria-label="Found" aria-busy={isFetching}>
      {groups.map((group) => (
        <div key={group.label} role="group" aria-label={group.label}>
          <div className={styles.foundGroup} aria-hidden="true">
            {group.label}
          </div>
          {group.items.map((item) => (
            <Option
              key={item.key}
              id={`${id}-${items.indexOf(item)}`}
              item={item}
              isSelected={item === selected}
              onOpen={onOpen}
            />
          ))}
        </div>
      ))}
      {items.length === 0 && !isFetching && <p className={styles.foundNone}>Nothing has this in its name.</p>}
    </div>
  );
}

function Option(props: {
  readonly id: string;
  readonly item: Item;
  readonly isSelected: boolean;
  readonly onOpen: (item: Item) => void;
}) {
  const { id, item, isSelected, onOpen } = props;
  return (
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isSelected}
      className={styles.foundItem}
      ref={(element) => {
        if (isSelected) element?.scrollIntoView({ block: "nearest" });
      }}
      onClick={() => onOpen(item)}
    >
      <span>{item.label}</span>
      {item.more !== undefined && <span className={styles.foundMore}>{item.more}</span>}
    </div>
  );
}

function fixedGroups(text: string): Group[] {
  const pages = places.map(({ to, label, key }) => ({
    key: to,
    label,
    more: `g ${key}`,
    path: to.slice("/w/$workspace".length),
  }));
  const fits = ({ label }: Item): boolean => label.toLowerCase().includes(text.toLowerCase());
  return [
    { label: "Go to", items: pages.filter(fits) },
    { label: "Begin", items: beginnings.filter(fits) },
  ].filter(({ items }) => items.length > 0);
}

function viewGroups(views: readonly SavedView[], text: string): Group[] {
  const items = views
    .filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()))
    .map(({ id, name, page, search }) => ({ key: `view/${id}`, label: name, more: page, path: `/${page}${search}` }));
  return items.length === 0 ? [] : [{ label: "Saved views", items }];
}

function foundGroups(found: SearchResult): Group[] {
  const named = (folder: string, items: readonly { readonly name: string }[]): Item[] =>
    items.map(({ name }) => ({
      key: `${folder}/${name}`,
      label: name,
      path: `/${folder}/${encodeURIComponent(name)}`,
    }));
  const runs = found.runs.map(({ id, name, kind, status }) => ({
    key: id,
    label: name,
    more: `${kind} · ${status.toLowerCase()}`,
    path: `/jobs/${id}`,
  }));
  const experiments = found.experiments.map(({ number, name }) => ({
    key: `experiment/${number}`,
    label: name,
    path: `/jobs?experiment=${number}`,
  }));
  return [
    { label: "Datasets", items: named("data", found.datasets) },
    { label: "Models", items: named("models", found.models) },
    { label: "Endpoints", items: named("endpoints", found.endpoints) },
    { label: "Pipelines", items: named("pipelines", found.pipelines) },
    { label: "Runs", items: runs },
    { label: "Experiments", items: experiments },
  ].filter(({ items }) => items.length > 0);
}
