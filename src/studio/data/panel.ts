import type { DatasetVersion } from "../../contract/index.ts";
import type { DatasetSearch } from "./search.ts";

/** What each tab of a dataset's page is given. */
export interface PanelProps {
  readonly dataset: string;
  readonly version: DatasetVersion;
  readonly search: DatasetSearch;
  /** Puts it into the address. */
  readonly onChange: (changed: DatasetSearch) => void;
}
