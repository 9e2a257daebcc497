/** Browsers: a token is exchanged for a cookie, which scripts cannot read and other sites cannot use. */
import { Type, type Static } from "typebox";
import { Name } from "../list.ts";
import { operation } from "../operation.ts";

const path = "/api/v1/session";
const tag = "Access";
const closed = { additionalProperties: false } as const;

const SignedIn = Type.Object(
  {
    signedIn: Type.Literal(true),
    user: Name,
    isAdmin: Type.Boolean(),
    expiresAt: Type.String({
      format: "date-time",
      description: "At the latest; 12 hours without a request end it earlier.",
    }),
  },
  closed,
);

export const Session = Type.Union([Type.Object({ signedIn: Type.Literal(false) }, closed), SignedIn], {
  $id: "Session",
  title: "Who is signed in with this browser",
});
export type Session = Static<typeof Session>;

export const sessionOperations = {
  getSession: operation({
    method: "GET",
    path,
    summary: "Say who is signed in with this browser",
    tag,
    access: "public",
    result: Session,
  }),
  createSession: operation({
    method: "POST",
    path,
    summary: "Sign in: exchange a token for a session's cookie",
    description:
      "The answer sets the cookie slipway_session_PORT, named after the port of the address, if it has one (HttpOnly, SameSite=Strict; Secure from a page by https). It ends with its token, its user, or DELETE. Requests that carry the cookie and change something need the header x-slipway-studio: 1.",
    tag,
    access: "public",
    body: Type.Object({ token: Type.String({ minLength: 1, maxLength: 200 }) }, closed),
    status: 201,
    result: SignedIn,
    errors: [401, 429],
  }),
  endSession: operation({
    method: "DELETE",
    path,
    summary: "Sign out",
    tag,
    access: "public",
    result: null,
  }),
};
