/** Which rows are selected after a key or a click. Pure: lists of ids in, a list of ids out. */

/** `ids` with `id` put in or taken out; unchanged where it would be more than `max`. */
export function toggled(ids: readonly string[], id: string, max = Infinity): string[] {
  if (ids.includes(id)) return ids.filter((other) => other !== id);
  return ids.length < max ? [...ids, id] : [...ids];
}

/**
 * `ids` with all rows from `anchor` to `to` (indexes of `order`, both included, in either direction) put in, nearest to
 * the anchor first, up to `max`.
 */
export function withRange(
  ids: readonly string[],
  order: readonly string[],
  anchor: number,
  to: number,
  max = Infinity,
): string[] {
  const selected = new Set(ids);
  const step = to < anchor ? -1 : 1;
  for (let at = anchor; at !== to + step && selected.size < max; at += step) {
    const id = order[at];
    if (id !== undefined) selected.add(id);
  }
  return [...selected];
}

/**
 * A range that moved: what the last range put in (from `anchor` to `last`) is taken out where the new one (to `to`)
 * does not reach, as lists of every system do with shift and arrows.
 */
export function movedRange(
  ids: readonly string[],
  order: readonly string[],
  range: { readonly anchor: number; readonly last: number; readonly to: number },
  max = Infinity,
): string[] {
  const dropped = new Set(order.slice(Math.min(range.anchor, range.last), Math.max(range.anchor, range.last) + 1));
  return withRange(
    ids.filter((id) => !dropped.has(id)),
    order,
    range.anchor,
    range.to,
    max,
  );
}

/** All loaded rows put in, or, where they are in already, taken out; rows that are not loaded stay as they are. */
export function allToggled(ids: readonly string[], order: readonly string[], max = Infinity): string[] {
  const selected = new Set(ids);
  if (order.every((id) => selected.has(id))) {
    const loaded = new Set(order);
    return ids.filter((id) => !loaded.has(id));
  }
  return withRange(ids, order, 0, order.length - 1, max);
}
