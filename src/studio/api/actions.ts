import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call, type InputOf, type OperationId, type ResultOf } from "./queries.ts";
import { tell } from "./messages.ts";

export interface Action<Id extends OperationId> {
  /** Rejects as the server refused; the failure has been told by then, unless `quiet`. */
  run(input: InputOf<Id>): Promise<ResultOf<Id>>;
  readonly pending: boolean;
  readonly error: Error | null;
  reset(): void;
}

/**
 * An operation that changes something. Sent twice by an unsteady line it has one effect, and what is on the screen is
 * read again afterwards.
 */
export function useAction<Id extends OperationId>(
  id: Id,
  { success, quiet = false }: { readonly success?: string; readonly quiet?: boolean } = {},
): Action<Id> {
  const queryClient = useQueryClient();
  const { mutateAsync, isPending, error, reset } = useMutation({
    mutationFn: (input: InputOf<Id>) => call(id, input, { idempotencyKey: crypto.randomUUID() }),
    onSuccess: async () => {
      if (success !== undefined) tell({ text: success, tone: "ok" });
      await queryClient.invalidateQueries();
    },
    onError: (cause) => {
      if (!quiet) tell({ text: cause.message, tone: "fail" });
    },
  });
  return { run: mutateAsync, pending: isPending, error, reset };
}
