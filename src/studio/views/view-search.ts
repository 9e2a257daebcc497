/** Search parameters that belong to a moment and not to a view: what is selected. */
const momentary = ["sel"];

/** What of an address a view keeps: "?q=otter" or "". @param search of the address, from its question mark on */
export function viewSearch(search: string): string {
  const parameters = new URLSearchParams(search);
  for (const name of momentary) parameters.delete(name);
  const kept = parameters.toString();
  return kept === "" ? "" : `?${kept}`;
}
