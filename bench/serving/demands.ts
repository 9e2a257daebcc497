/** What is asked of us, beside what was measured. */
import type { Report } from "../harness/report.ts";

export interface Demand {
  readonly what: string;
  /** At most this much. */
  readonly asked: number;
  /** Null: could not be measured. */
  readonly measured: number | null;
}

export function printVerdicts(report: Report, title: string, demands: readonly Demand[]): void {
  report.table(
    title,
    [
      { key: "what", title: "what" },
      { key: "asked", title: "at most", digits: 3 },
      { key: "measured", title: "measured", digits: 3 },
      { key: "verdict", title: "" },
    ],
    demands.map((demand) => ({ ...demand, verdict: verdictOf(demand) })),
  );
}

function verdictOf({ asked, measured }: Demand): string {
  if (measured === null) return "not measured";
  return measured <= asked ? "met" : "NOT MET";
}
