/** Bounds of a definition: far beyond what people write, and small enough that nothing in it costs a server much. */
export const limits = {
  /** Of a file, and of a definition as JSON. */
  bytes: 2 ** 20,
  steps: 500,
  parameters: 200,
  /** Characters of any text. */
  text: 65_536,
  arguments: 1000,
  items: 1000,
  /** Levels of lists and objects. */
  depth: 32,
  problems: 100,
  /** Seconds: 30 days. */
  timeout: 2_592_000,
} as const;
