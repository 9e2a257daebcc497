import { Type, type Static } from "typebox";

/** Every answer that is not a success: application/problem+json (RFC 9457) with Slipway's code and the way out. */
export const Problem = Type.Object(
  {
    type: Type.Literal("about:blank"),
    status: Type.Integer({ minimum: 400, maximum: 599, description: "The HTTP status." }),
    code: Type.String({ pattern: "^SLW_[A-Z0-9_]+$", description: "Stable, for programs: docs/reference/errors.md." }),
    title: Type.String({ description: "What happened, without the particulars." }),
    detail: Type.String({ description: "The particulars." }),
    fix: Type.String({ description: "What to do about it." }),
    details: Type.Record(Type.String(), Type.Unknown(), {
      description: "The particulars as data: row (from 0), column, expected, got.",
    }),
  },
  { $id: "Problem", title: "Problem", additionalProperties: false },
);
export type Problem = Static<typeof Problem>;
