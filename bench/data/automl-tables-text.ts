import type { Random } from "../../src/base/index.ts";
import type { CsvValue } from "../../src/data/index.ts";

const teams: Readonly<Record<string, readonly string[]>> = {
  billing: "invoice refund charged card payment twice amount tax receipt subscription".split(" "),
  access: "password login locked reset account code email sign expired token".split(" "),
  delivery: "parcel late courier address tracking box damaged lost street depot".split(" "),
  product: "crash button screen export slow chart error update version freezes".split(" "),
};
const common =
  "please the my since yesterday not it is again help still after cannot why today need we our was and on new old".split(
    " ",
  );
const channels = ["mail", "phone", "chat"];

/**
 * 6,000 short texts of 4 to 14 words about four subjects, a third of whose words are of the subject; some words belong to
 * a neighbour, and one ticket in twelve went to the wrong team.
 */
export function madeTickets(random: Random): { header: string[]; rows: CsvValue[][] } {
  const names = Object.keys(teams);
  const pick = <T>(items: readonly T[]): T => items[random.integer(items.length)];
  const rows = Array.from({ length: 6_000 }, (): CsvValue[] => {
    // The third is half as frequent as the others.
    const drawn = random.integer(7);
    const subject = drawn === 6 ? 2 : drawn < 2 ? 0 : drawn < 4 ? 1 : 3;
    const words = Array.from({ length: 4 + random.integer(11) }, () => {
      const chance = random.next();
      if (chance < 0.3) return pick(teams[names[subject]]);
      return chance < 0.4 ? pick(teams[pick(names)]) : pick(common);
    });
    const team = random.next() < 1 / 12 ? pick(names) : names[subject];
    const waited = Math.round(100 * -Math.log(1 - random.next()) * (subject === 2 ? 3 : 1)) / 100;
    return [words.join(" "), pick(channels), random.integer(4), waited, team];
  });
  return { header: ["message", "channel", "priority", "hours", "team"], rows };
}
