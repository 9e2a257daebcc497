/** The pages of the navigation, in their order, each with the key that follows "g". */
export const places = [
  { to: "/w/$workspace", label: "Home", key: "h", exact: true },
  { to: "/w/$workspace/data", label: "Data", key: "d" },
  { to: "/w/$workspace/automl", label: "Automated ML", key: "a" },
  { to: "/w/$workspace/jobs", label: "Jobs", key: "j" },
  { to: "/w/$workspace/pipelines", label: "Pipelines", key: "p" },
  { to: "/w/$workspace/models", label: "Models", key: "m" },
  { to: "/w/$workspace/endpoints", label: "Endpoints", key: "e" },
  { to: "/w/$workspace/compute", label: "Compute", key: "c" },
  { to: "/w/$workspace/environments", label: "Environments", key: "n" },
  { to: "/w/$workspace/datastores", label: "Datastores", key: "s" },
  { to: "/w/$workspace/access", label: "Users and tokens", key: "u" },
  { to: "/w/$workspace/audit", label: "Audit", key: "l" },
] as const;

/** Groups of the navigation: after how many places a line is drawn. */
export const groupEnds: readonly number[] = [1, 4, 7, 10];
