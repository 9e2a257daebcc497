/** Names of endpoints stand in host names: small letters, digits and dashes, at most 32, a letter first, no dash last. */

const longest = 32;

/** A name that the server takes, as near to the model's as the rule allows; "model" where nothing of it is left. */
export function endpointNameOf(model: string): string {
  const plain = model
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "");
  return trimmed(plain, longest) || "model";
}

/** The first of name, name-2, name-3 … that is not taken. */
export function freeEndpointName(model: string, taken: readonly string[]): string {
  const name = endpointNameOf(model);
  if (!taken.includes(name)) return name;
  for (let count = 2; ; count += 1) {
    const ending = `-${count}`;
    const candidate = `${trimmed(name, longest - ending.length)}${ending}`;
    if (!taken.includes(candidate)) return candidate;
  }
}

function trimmed(name: string, length: number): string {
  return name.slice(0, length).replace(/-+$/, "");
}

/** What is wrong with a name that was typed; null where the server takes it. */
export function endpointNameFault(name: string): string | null {
  if (name === "") return "An endpoint needs a name.";
  if (name.length > longest) return `At most ${longest} characters; these are ${name.length}.`;
  if (!/^[a-z]/.test(name)) return "The first character is a small letter.";
  if (!/^[a-z0-9-]*$/.test(name)) return "Small letters, digits and dashes only.";
  return name.endsWith("-") ? "The last character is no dash." : null;
}
