/** What the parts of a version's page are given. */
import type { ModelVersion, ModelVersionDetails } from "../../contract/index.ts";

/** What a tab is given. */
export interface VersionTabProps {
  readonly workspace: string;
  readonly version: ModelVersionDetails;
}

/** What a dialog about a version is given. */
export interface VersionDialogProps {
  readonly workspace: string;
  readonly version: ModelVersion;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}
