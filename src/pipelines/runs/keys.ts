/**
 * For `= ANY`: the keys in a parameter that is an array of texts. PostgreSQL guesses their number alike whether it knows
 * them or not, and so keeps one plan for all instead of making one each time, which takes longer than what it plans.
 */
export function keysOf(parameter: "$1"): string {
  return `ARRAY(SELECT unnest(${parameter}::text[]))`;
}
