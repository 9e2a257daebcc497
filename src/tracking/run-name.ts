/** Names for runs that were given none: easier to tell apart, and to say aloud, than ids. */

const qualities = [
  "able", "bold", "brave", "bright", "brisk", "calm", "clear", "clever", "crisp", "eager", "early", "fair", "fast",
  "fine", "firm", "fresh", "gentle", "glad", "grand", "keen", "kind", "light", "lively", "lucid", "merry", "mild",
  "neat", "noble", "polite", "proud", "quick", "quiet", "ready", "sharp", "smart", "solid", "steady", "sunny", "swift",
  "warm", "wise", "witty",
] as const; // prettier-ignore

const animals = [
  "ant", "auk", "bat", "bear", "bee", "boar", "crane", "crow", "deer", "dove", "eagle", "elk", "finch", "fox", "frog",
  "gull", "hare", "hawk", "heron", "horse", "ibis", "jay", "kite", "lark", "lion", "lynx", "mole", "moth", "mouse",
  "newt", "otter", "owl", "perch", "pike", "quail", "raven", "robin", "seal", "stork", "swan", "tern", "tiger", "toad",
  "trout", "whale", "wolf", "wren",
] as const; // prettier-ignore

/** The same name for the same id: "calm-otter-417". */
export function nameOfRun(id: string): string {
  let state = 0;
  for (const character of id) state = (state * 31 + character.charCodeAt(0)) >>> 0;
  const quality = qualities[state % qualities.length];
  const rest = Math.floor(state / qualities.length);
  return `${quality}-${animals[rest % animals.length]}-${Math.floor(rest / animals.length) % 1000}`;
}
