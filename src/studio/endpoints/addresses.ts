/** The addresses that an OpenAPI document lists. */
interface Address {
  readonly method: string;
  readonly path: string;
  readonly description: string;
}

const methods = ["get", "post", "put", "patch", "delete"] as const;

/** @param document OpenAPI 3.0; what is not as expected is left out */
export function addressesOf(document: Readonly<Record<string, unknown>> | undefined): Address[] {
  const paths = (document?.["paths"] ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  return Object.entries(paths).flatMap(([path, operations]) =>
    methods.flatMap((method) => {
      const operation = operations[method] as { readonly description?: string; readonly summary?: string } | undefined;
      if (operation === undefined) return [];
      return [{ method: method.toUpperCase(), path, description: operation.description ?? operation.summary ?? "" }];
    }),
  );
}
