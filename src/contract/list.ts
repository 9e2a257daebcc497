/** What all lists have in common. */
import { Type, type TArray, type TObject, type TOptional, type TSchema, type TString } from "typebox";

/** Query fields of every list; spread them into a list's own query. */
export const listQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50, description: "Items of a page." })),
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 1000, description: "The nextCursor of the page before." }),
  ),
  sort: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 60,
      description: "A field that the operation names, with a dash before it for descending order.",
    }),
  ),
};

/** A page of items. */
export function pageOf<Item extends TSchema>(
  item: Item,
): TObject<{ items: TArray<Item>; nextCursor: TOptional<TString> }> {
  return Type.Object(
    {
      items: Type.Array(item),
      nextCursor: Type.Optional(
        Type.String({ description: "Pass it as `cursor` for the next page; absent on the last." }),
      ),
    },
    { additionalProperties: false },
  );
}

/** A name that a user gives: of a workspace, dataset, model, endpoint; it stands in URLs and file names. */
export const Name = Type.String({
  pattern: "^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$",
  description: "Letters, digits, underscore, dot and dash, at most 128; the first is a letter or digit.",
});

export const Timestamp = Type.String({ format: "date-time", description: "RFC 3339, UTC, milliseconds." });

/** Words that a user puts on a thing, to find it by. */
export const Tags = Type.Record(Type.String({ minLength: 1, maxLength: 250 }), Type.String({ maxLength: 5000 }), {
  description: "Name and value.",
});
