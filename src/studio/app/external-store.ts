/**
 * In the place of `use-sync-external-store/shim/with-selector`, which the router's store asks for: a module of CommonJS that
 * requires React, for the sake of which the build would keep all of the framework and start it in functions.
 */
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";

/**
 * A part of an outer store's state; by the semantics of React's package of this name.
 * @param isEqual whether a new part is as good as the last: the last is then returned
 */
export function useSyncExternalStoreWithSelector<State, Part>(
  subscribe: (onChange: () => void) => () => void,
  getState: () => State,
  _getServerState: (() => State) | null | undefined,
  select: (state: State) => Part,
  isEqual?: (a: Part, b: Part) => boolean,
): Part {
  const drawn = useRef<{ readonly part: Part } | null>(null);
  // oxlint-disable-next-line react-hooks/refs -- what was drawn last is what a new selector begins with
  const getPart = useMemo(() => selected(getState, select, isEqual, drawn), [getState, select, isEqual]);
  const part = useSyncExternalStore(subscribe, getPart);
  useEffect(() => {
    drawn.current = { part };
  }, [part]);
  return part;
}

/** @param drawn the part that is on the screen, with which a new selector begins */
function selected<State, Part>(
  getState: () => State,
  select: (state: State) => Part,
  isEqual: ((a: Part, b: Part) => boolean) | undefined,
  drawn: { readonly current: { readonly part: Part } | null },
): () => Part {
  let last: { readonly state: State; readonly part: Part } | null = null;
  return () => {
    const state = getState();
    if (last !== null && Object.is(last.state, state)) return last.part;
    const part = select(state);
    const before = last ?? drawn.current;
    last = { state, part: before !== null && isEqual?.(before.part, part) ? before.part : part };
    return last.part;
  };
}
