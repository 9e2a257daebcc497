import type { QueryClient } from "@tanstack/react-query";

/** The key of a query, and what it holds. */
export type FirstAnswer = readonly [key: readonly unknown[], data: unknown];

/** What is known, to be put into the HTML of a page. */
export function firstAnswers(queryClient: QueryClient): FirstAnswer[] {
  const queries = queryClient.getQueryCache().getAll();
  return queries.flatMap(({ queryKey, state }) => (state.status === "success" ? [[queryKey, state.data]] : []));
}

/** Takes the answers that the server has put there. */
export function takeFirstAnswers(queryClient: QueryClient): void {
  const block = document.getElementById("first-answers");
  const answers = JSON.parse(block?.textContent ?? "[]") as readonly FirstAnswer[];
  for (const [key, data] of answers) queryClient.setQueryData(key, data);
  // Whoever signs in as somebody else must not find them again.
  block?.remove();
}
