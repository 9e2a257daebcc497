/** What uses a version: "bank/blue" is the deployment blue of the endpoint bank. */
export interface Use {
  readonly kind: string;
  readonly name: string;
}

/** The endpoints among the uses, each once, in the order of the uses. */
export function endpointsOf(
  uses: readonly Use[],
): { readonly endpoint: string; readonly deployments: readonly string[] }[] {
  const found = new Map<string, string[]>();
  for (const { kind, name } of uses) {
    const slash = name.indexOf("/");
    if (kind !== "deployment" || slash <= 0) continue;
    const endpoint = name.slice(0, slash);
    found.set(endpoint, [...(found.get(endpoint) ?? []), name.slice(slash + 1)]);
  }
  return [...found].map(([endpoint, deployments]) => ({ endpoint, deployments }));
}
