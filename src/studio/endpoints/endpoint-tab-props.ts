import type { EndpointDetails } from "../../contract/index.ts";

/** What a tab is given. */
export interface EndpointTabProps {
  readonly workspace: string;
  readonly endpoint: EndpointDetails;
}
