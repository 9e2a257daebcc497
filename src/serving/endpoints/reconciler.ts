/** Who reconciles which endpoint when: one after the other, given up for something newer, tried again after a while. */
import { SlipwayError } from "../../base/index.ts";
import { createExclusive } from "./exclusive.ts";
import { reconcile, type ReconcileContext } from "./reconcile.ts";

export interface Reconciler {
  /** Resolves when the processes run what the rows say, or the rows say why not. @throws as reconcile */
  run(id: string): Promise<void>;
  /** As run; what is under way for it is given up first. */
  interrupt(id: string): Promise<void>;
  /** As run, for nobody in particular: not while it is under way, nor too soon after a failure, which is logged. */
  attempt(id: string): void;
  /** Aborted when it is closed. */
  readonly closed: AbortSignal;
  /** Gives up what is under way. */
  close(): Promise<void>;
}

/** Something newer is wanted of the endpoint. */
class Interrupted extends Error {}

export function createReconciler(context: ReconcileContext): Reconciler {
  const closing = new AbortController();
  const closed = closing.signal;
  const exclusive = createExclusive(context.database);
  const underWay = new Map<string, AbortController>();
  const attempted = new Set<string>();
  const pending = createPending();
  const failures = createFailures();

  const work = async (id: string): Promise<void> => {
    const interruption = new AbortController();
    underWay.set(id, interruption);
    try {
      await reconcile(context, id, AbortSignal.any([closed, interruption.signal]));
      failures.forget(id);
    } catch (error) {
      // Whoever interrupted it comes next, and this one's caller looks at what became of the endpoint.
      if (error instanceof Interrupted) return;
      failures.add(id);
      throw error;
    } finally {
      underWay.delete(id);
    }
  };
  const run = (id: string): Promise<void> => pending.track(exclusive.run(id, closed, () => work(id)));
  return {
    run,
    interrupt(id) {
      underWay.get(id)?.abort(new Interrupted());
      return run(id);
    },
    attempt(id) {
      if (underWay.has(id) || attempted.has(id) || failures.isTooSoon(id)) return;
      attempted.add(id);
      run(id)
        .catch((error: unknown) => {
          if (!closed.aborted) context.log.warn({ err: error, endpoint: id }, "an endpoint does not run as it should");
        })
        .finally(() => attempted.delete(id));
    },
    closed,
    async close() {
      closing.abort(new SlipwayError("SLW_ENDPOINT_CLOSING", "The server is about to end."));
      await pending.settled();
    },
  };
}

/** Milliseconds until the next attempt after the first failure; twice as many after each further one. */
const firstBackoff = 1_000;
const mostBackoff = 60_000;

function createFailures() {
  const failures = new Map<string, { readonly count: number; readonly next: number }>();
  return {
    add(id: string): void {
      const count = (failures.get(id)?.count ?? 0) + 1;
      const wait = Math.min(firstBackoff * 2 ** (count - 1), mostBackoff);
      failures.set(id, { count, next: performance.now() + wait });
    },
    isTooSoon: (id: string): boolean => (failures.get(id)?.next ?? 0) > performance.now(),
    forget: (id: string): void => void failures.delete(id),
  };
}

function createPending() {
  const pending = new Set<Promise<unknown>>();
  return {
    track<T>(work: Promise<T>): Promise<T> {
      const settled: Promise<unknown> = work.catch(() => {}).finally(() => pending.delete(settled));
      pending.add(settled);
      return work;
    },
    settled: (): Promise<unknown> => Promise.all(pending),
  };
}
