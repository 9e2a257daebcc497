import type { QueryClient } from "@tanstack/react-query";

/** Takes the answers that the server has put into the HTML of the page: each under its key, as in `query` and `infinite`. */
export function takeFirstAnswers(queryClient: QueryClient): void {
  const block = document.getElementById("first-answers");
  const answers = JSON.parse(block?.textContent ?? "[]") as readonly (readonly [readonly unknown[], unknown])[];
  for (const [key, body] of answers)
    queryClient.setQueryData(key, key[2] === "pages" ? { pages: [body], pageParams: [null] } : body);
  // Whoever signs in as somebody else must not find them again.
  block?.remove();
}
