/** Bytes as an answer: always as an attachment, never of a type that a browser would run. */
import type { FastifyReply } from "fastify";
import type { Download } from "../route.ts";

export function sendFile(reply: FastifyReply, { stream, contentType, length, fileName = "download" }: Download): void {
  reply.headers({
    "content-type": contentType ?? "application/octet-stream",
    "content-disposition": attachment(fileName),
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    ...(length !== undefined && { "content-length": length }),
  });
  reply.send(stream);
}

/** RFC 6266: a token or quoted text, and for other names than ASCII the name in percent encoding beside it. */
export function attachment(fileName: string): string {
  const ascii = fileName
    .normalize("NFKD")
    .replace(/[^\x20-\x7e]/g, "")
    .trim();
  const plain = ascii || "download";
  const quoted = /^[\w!#$&+.^`|~-]+$/.test(plain) ? plain : `"${plain.replace(/["\\]/g, "\\$&")}"`;
  const whole =
    ascii === fileName ? "" : `; filename*=UTF-8''${encodeURIComponent(fileName).replace(/['()*]/g, percent)}`;
  return `attachment; filename=${quoted}${whole}`;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
