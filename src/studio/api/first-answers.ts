import type { QueryClient } from "@tanstack/react-query";

/** The key of a query, and what it holds. */
export type FirstAnswer = readonly [key: readonly unknown[], data: unknown];

/** What is known, to be put into the HTML of a page. */
export function firstAnswers(queryClient: QueryClient): FirstAnswer[] {
  const queries = queryClient.getQueryCache().getAll();
  return queries.flatMap(({ queryKey, state }) => (state.status === "success" ? [[queryKey, state.data]] : []));
}

/** Answers were read on the server: what has happened since nobody here has heard. */
let isBehind = false;

/** Of every page, and changed by no event: not asked again. */
const lasting: ReadonlySet<unknown> = new Set(["whoAmI", "listWorkspaces"]);

/** Reads again what came with the page, where something did: once events are heard, so that nothing is missed in between. */
export function catchUp(queryClient: QueryClient): void {
  if (isBehind) void queryClient.invalidateQueries({ predicate: ({ queryKey: [id] }) => !lasting.has(id) });
}

/** Events are heard, and what came with the page was read after that. */
export function hasCaughtUp(): void {
  isBehind = false;
}

/** Takes the answers that the server has put there. */
export function takeFirstAnswers(queryClient: QueryClient): void {
  const block = document.getElementById("first-answers");
  const answers = JSON.parse(block?.textContent ?? "[]") as readonly FirstAnswer[];
  for (const [key, data] of answers) queryClient.setQueryData(key, data);
  isBehind = answers.length > 0;
  // Whoever signs in as somebody else must not find them again.
  block?.remove();
}
