import { createSession, endSession, findSession, type Session as AccessSession } from "../../access/index.ts";
import { SlipwayError } from "../../base/index.ts";
import { operations } from "../../contract/index.ts";
import { route, type Call, type Route } from "../route.ts";
import type { Services } from "../services.ts";
import { checkSessionRequest, isSecureOrigin, sessionCookie, sessionSecret } from "../session.ts";
import { createSignInLimit } from "../sign-in-limit.ts";

export function sessionRoutes({ database }: Services): Route[] {
  const limit = createSignInLimit();
  return [
    route(operations.getSession, async (call) => {
      const secret = secretOf("GET", call);
      const session = secret === null ? null : await findSession(database, secret);
      return session === null ? { signedIn: false as const } : toBody(session);
    }),
    route(operations.createSession, async (call) => {
      const { body, headers, peer, requestId } = call;
      limit.check(peer.address);
      const created = await createSession(database, { token: body.token, requestId }).catch((error: unknown) => {
        if (error instanceof SlipwayError) limit.failed(peer.address);
        throw error;
      });
      // Whoever planted a cookie in the browser has no session by it, and a second sign-in leaves none behind.
      const earlier = sessionSecret(headers);
      if (earlier !== null) await endSession(database, earlier);
      const { secret, expiresAt } = created;
      call.setHeader("set-cookie", sessionCookie(secret, { ...browserOf(call), expiresAt }));
      return toBody(created);
    }),
    route(operations.endSession, async (call) => {
      const secret = secretOf("DELETE", call);
      if (secret !== null) await endSession(database, secret);
      call.setHeader("set-cookie", sessionCookie("", { ...browserOf(call), expiresAt: new Date() }));
      return undefined;
    }),
  ];
}

/** How the browser speaks to us, which its cookie follows. */
function browserOf({ headers, peer }: Pick<Call<typeof operations.getSession>, "headers" | "peer">) {
  return { host: headers.host, isSecure: peer.isSecure || isSecureOrigin(headers) };
}

/** @throws SLW_API_SESSION_REQUEST where the request is not the studio's */
function secretOf(method: string, { headers }: Pick<Call<typeof operations.getSession>, "headers">): string | null {
  const secret = sessionSecret(headers);
  if (secret === null) return null;
  const refusal = checkSessionRequest(method, headers);
  if (refusal) throw refusal;
  return secret;
}

function toBody({ principal: { userName, isAdmin }, expiresAt }: AccessSession) {
  return { signedIn: true as const, user: userName, isAdmin, expiresAt: expiresAt.toISOString() };
}
