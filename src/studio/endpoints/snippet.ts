import type { EndpointExamples } from "../../contract/index.ts";
import type { Language } from "./asked.ts";

/**
 * An example with a key in the place of the word KEY, ready to run. A key may hold any visible ASCII, so each language
 * gets it in its own quotes.
 */
export function withKey(examples: Pick<EndpointExamples, Language>, language: Language, key: string): string {
  const code = examples[language];
  if (language === "curl")
    return code.replace("'Authorization: Bearer KEY'", () => `'Authorization: Bearer ${key.replaceAll("'", "'\\''")}'`);
  return code.replace('key = "KEY"', () => `key = ${JSON.stringify(key)}`);
}
