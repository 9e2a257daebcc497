import type { QueryClient } from "@tanstack/react-query";

/** Takes the answers that the server has put into the HTML of the page: each under its operation and input, as in `query`. */
export function takeFirstAnswers(queryClient: QueryClient): void {
  const block = document.getElementById("first-answers");
  const answers = JSON.parse(block?.textContent ?? "[]") as readonly (readonly [readonly unknown[], unknown])[];
  for (const [key, body] of answers) queryClient.setQueryData(key, body);
  // Whoever signs in as somebody else must not find them again.
  block?.remove();
}
