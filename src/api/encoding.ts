/** Which of the stored encodings of a file a client takes (RFC 9110, 12.5.3). */

/** Name as in Accept-Encoding, and the suffix of the file that has it; the smallest first. */
const encodings = [
  ["br", ".br"],
  ["gzip", ".gz"],
] as const;

export interface Encoding {
  /** Null: as it is. */
  readonly name: "br" | "gzip" | null;
  readonly suffix: string;
}

/** @returns those that may be sent, the best first; the last is the file as it is */
export function acceptedEncodings(acceptEncoding: string | undefined): Encoding[] {
  const weights = new Map(
    (acceptEncoding ?? "").split(",").map((part) => {
      const [name = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
      const weight = parameters.find((text) => text.startsWith("q="))?.slice(2) ?? "1";
      return [name, Number(weight)] as const;
    }),
  );
  const isAccepted = (name: string): boolean => (weights.get(name) ?? weights.get("*") ?? 0) > 0;
  const accepted = encodings.filter(([name]) => isAccepted(name)).map(([name, suffix]) => ({ name, suffix }));
  return [...accepted, { name: null, suffix: "" }];
}
