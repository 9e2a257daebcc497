/** Requests that must be refused, each by its status and its stable code, over real sockets. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveModel, type Endpoint } from "./index.ts";
import { key, request, row, sendRaw, testModel } from "../test-model.ts";

let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await serveModel({
    model: testModel,
    host: "127.0.0.1",
    port: 0,
    key,
    limits: { bodyBytes: 100_000, rows: 50 },
  });
});
afterAll(() => endpoint.close());

const score = (body: string | Uint8Array, headers: Record<string, string | undefined> = {}): Buffer =>
  request("POST", "/score", headers, body);
const rows = (...data: unknown[]): Buffer => score(JSON.stringify({ data }));
const good = JSON.stringify({ data: [row] });
const { age: _age, ...withoutAge } = row;

const cases: [string, Buffer | string, number, string][] = [
  // The key
  ["no key", score(good, { Authorization: undefined }), 401, "SLW_HTTP_UNAUTHORIZED"],
  ["an empty key", score(good, { Authorization: "Bearer " }), 401, "SLW_HTTP_UNAUTHORIZED"],
  ["a wrong key", score(good, { Authorization: "Bearer wrong" }), 401, "SLW_HTTP_UNAUTHORIZED"],
  [
    "the beginning of the key",
    score(good, { Authorization: `Bearer ${key.slice(0, -1)}` }),
    401,
    "SLW_HTTP_UNAUTHORIZED",
  ],
  ["the key and more", score(good, { Authorization: `Bearer ${key}x` }), 401, "SLW_HTTP_UNAUTHORIZED"],
  ["the key in another scheme", score(good, { Authorization: `Basic ${key}` }), 401, "SLW_HTTP_UNAUTHORIZED"],
  ["the key without a scheme", score(good, { Authorization: key }), 401, "SLW_HTTP_UNAUTHORIZED"],
  [
    "the key in the address",
    request("POST", `/score?key=${key}`, { Authorization: undefined }, good),
    401,
    "SLW_HTTP_UNAUTHORIZED",
  ],
  ["no key and a broken body", score("{", { Authorization: undefined }), 401, "SLW_HTTP_UNAUTHORIZED"],
  [
    "no key and a huge body announced",
    score("", { Authorization: undefined, "Content-Length": "99999999999" }),
    401,
    "SLW_HTTP_UNAUTHORIZED",
  ],
  // The address
  ["an unknown path", request("GET", "/admin"), 404, "SLW_HTTP_NOT_FOUND"],
  [
    "score decoded by a router",
    request("POST", "/%73core", { Authorization: undefined }, good),
    404,
    "SLW_HTTP_NOT_FOUND",
  ],
  [
    "score with a parameter",
    request("POST", "/score;a=1", { Authorization: undefined }, good),
    404,
    "SLW_HTTP_NOT_FOUND",
  ],
  ["score with a fragment", request("POST", "/score#a", { Authorization: undefined }, good), 404, "SLW_HTTP_NOT_FOUND"],
  ["score with two slashes", request("POST", "//score", { Authorization: undefined }, good), 404, "SLW_HTTP_NOT_FOUND"],
  [
    "score by a way round",
    request("POST", "/x/../score", { Authorization: undefined }, good),
    404,
    "SLW_HTTP_NOT_FOUND",
  ],
  ["score in capitals", request("POST", "/SCORE", {}, good), 404, "SLW_HTTP_NOT_FOUND"],
  [
    "an absolute address",
    request("POST", "http://127.0.0.1/score", { Authorization: undefined }, good),
    404,
    "SLW_HTTP_NOT_FOUND",
  ],
  ["a file", request("GET", "/../../../etc/passwd"), 404, "SLW_HTTP_NOT_FOUND"],
  ["an address that is no URL", request("GET", "/%"), 400, "SLW_HTTP_REQUEST"],
  ["__proto__ as path", request("GET", "/__proto__"), 404, "SLW_HTTP_NOT_FOUND"],
  ["an unknown Swagger version", request("GET", "/swagger.json?version=4"), 404, "SLW_HTTP_NOT_FOUND"],
  ["two Swagger versions", request("GET", "/swagger.json?version=2&version=3"), 404, "SLW_HTTP_NOT_FOUND"],
  // The method
  ["GET /score", request("GET", "/score"), 405, "SLW_HTTP_METHOD"],
  ["DELETE /score", request("DELETE", "/score"), 405, "SLW_HTTP_METHOD"],
  ["PUT /swagger.json", request("PUT", "/swagger.json", {}, "{}"), 405, "SLW_HTTP_METHOD"],
  ["POST /", request("POST", "/", {}, "{}"), 405, "SLW_HTTP_METHOD"],
  ["TRACE /score", request("TRACE", "/score"), 405, "SLW_HTTP_METHOD"],
  ["PROPFIND /score", request("PROPFIND", "/score"), 405, "SLW_HTTP_METHOD"],
  ["an invented method", request("BREW", "/score"), 400, "SLW_HTTP_REQUEST"],
  // The host
  ["a foreign host", score(good, { Host: "evil.example" }), 421, "SLW_HTTP_HOST"],
  ["a host that begins like ours", score(good, { Host: "127.0.0.1.evil.example" }), 421, "SLW_HTTP_HOST"],
  ["a host that ends like ours", score(good, { Host: "evil.localhost" }), 421, "SLW_HTTP_HOST"],
  ["our address as a user name", score(good, { Host: "127.0.0.1@evil.example" }), 421, "SLW_HTTP_HOST"],
  ["an empty host", score(good, { Host: "" }), 421, "SLW_HTTP_HOST"],
  ["another address", score(good, { Host: "10.0.0.1" }), 421, "SLW_HTTP_HOST"],
  ["our address as a number", score(good, { Host: "2130706433" }), 421, "SLW_HTTP_HOST"],
  ["no host", score(good, { Host: undefined }), 400, "SLW_HTTP_REQUEST"],
  [
    "two hosts",
    `POST /score HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    400,
    "SLW_HTTP_REQUEST",
  ],
  // The kind of body
  ...[
    undefined,
    "",
    "text/plain",
    "text/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/xml",
    "application/x-pickle",
    "application/vnd.python.pickle",
    "application/octet-stream",
    "application/json5",
    "application/jsonp",
    "application/problem+json",
    "application/json, text/plain",
    "application/json; charset=utf-16",
    "application/json; charset=latin1",
    "application/json; charset",
    "application/json; charset=utf-8; charset=latin1",
    "application/json; header=present",
    "application/json; __proto__=utf-8",
    "text/csv; header=absent",
    "text/csv; header=present; charset=utf-16",
    "application/json; boundary=x",
  ].map((type): [string, Buffer, number, string] => [
    `content type ${type}`,
    score(good, { "Content-Type": type }),
    415,
    "SLW_HTTP_MEDIA_TYPE",
  ]),
  ["gzip announced", score(good, { "Content-Encoding": "gzip" }), 415, "SLW_HTTP_ENCODING"],
  ["an unknown encoding", score(good, { "Content-Encoding": "rot13" }), 415, "SLW_HTTP_ENCODING"],
  ["identity twice encoded", score(good, { "Content-Encoding": "identity, br" }), 415, "SLW_HTTP_ENCODING"],
  // The bytes
  ["an empty body", score(""), 400, "SLW_HTTP_BODY_EMPTY"],
  ["a body too large", score(" ".repeat(100_001)), 413, "SLW_HTTP_BODY_TOO_LARGE"],
  ["a streamed body too large", streamed(" ".repeat(100_001)), 413, "SLW_HTTP_BODY_TOO_LARGE"],
  ["a negative length", score(good, { "Content-Length": "-1" }), 400, "SLW_HTTP_REQUEST"],
  ["two lengths", score(good, { "content-length": "1" }), 400, "SLW_HTTP_REQUEST"],
  ["length and chunks", score(good, { "Transfer-Encoding": "chunked" }), 400, "SLW_HTTP_REQUEST"],
  // Two readings of where a request ends: what a proxy in front of us reads otherwise must not be read at all
  [
    "a coding that looks like chunked",
    score(good, { "Content-Length": undefined, "Transfer-Encoding": "xchunked" }),
    400,
    "SLW_HTTP_REQUEST",
  ],
  [
    "chunked, then something else",
    score(good, { "Content-Length": undefined, "Transfer-Encoding": "chunked, identity" }),
    400,
    "SLW_HTTP_REQUEST",
  ],
  ["a blank before the colon", score(good, { "Content-Length ": "5" }), 400, "SLW_HTTP_REQUEST"],
  ["a folded header", score(good, { "X-Folded": "a\r\n b" }), 400, "SLW_HTTP_REQUEST"],
  ["a line that ends in LF alone", score(good, { "X-Line": "a\nTransfer-Encoding: chunked" }), 400, "SLW_HTTP_REQUEST"],
  ["a null byte in a header", score(good, { "X-Null": "a\0b" }), 400, "SLW_HTTP_REQUEST"],
  ["a length with a sign", score(good, { "Content-Length": "+5" }), 400, "SLW_HTTP_REQUEST"],
  ["a length in hexadecimal", score(good, { "Content-Length": "0x10" }), 400, "SLW_HTTP_REQUEST"],
  ["a length beyond all numbers", score(good, { "Content-Length": "9".repeat(30) }), 400, "SLW_HTTP_REQUEST"],
  ["a chunk whose size is none", `${chunkedHead()}zz\r\n`, 400, "SLW_HTTP_REQUEST"],
  ["a chunk whose size is beyond all numbers", `${chunkedHead()}${"f".repeat(20)}\r\n`, 400, "SLW_HTTP_REQUEST"],
  ["headers too large", request("GET", "/", { "X-Large": "x".repeat(20_000) }), 431, "SLW_HTTP_HEADERS_TOO_LARGE"],
  ["another protocol", "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400, "SLW_HTTP_REQUEST"],
  ["an expectation", score(good, { Expect: "200-ok" }), 417, "SLW_HTTP_EXPECTATION"],
  ["Latin-1", score(Buffer.from('{"data":[{"age":57,"job":"caf\xe9"}]}', "latin1")), 400, "SLW_HTTP_UTF8"],
  [
    "an overlong UTF-8 slash",
    score(Buffer.concat([Buffer.from('{"data":["'), Buffer.from([0xc0, 0xaf]), Buffer.from('"]}')])),
    400,
    "SLW_HTTP_UTF8",
  ],
  ["UTF-16", score(Buffer.from(good, "utf16le")), 400, "SLW_HTTP_JSON"],
  ["broken JSON", score('{"data":['), 400, "SLW_HTTP_JSON"],
  ["NaN", score('{"data":[{"age":NaN}]}'), 400, "SLW_HTTP_JSON"],
  ["a comment", score(`/**/${good}`), 400, "SLW_HTTP_JSON"],
  ["single quotes", score("{'data':[]}"), 400, "SLW_HTTP_JSON"],
  ["two documents", score(good + good), 400, "SLW_HTTP_JSON"],
  ["nested too deep", score(`{"data":${"[".repeat(40_000)}${"]".repeat(40_000)}}`), 400, "SLW_HTTP_JSON"],
  ["nested too deep and cut", score("[".repeat(90_000)), 400, "SLW_HTTP_JSON"],
  ["a key twice in a row", score('{"data":[{"age":57,"job":"student","age":17}]}'), 400, "SLW_HTTP_JSON"],
  ["a key twice, once escaped", score('{"data":[{"age":57,"job":"student","\\u0061ge":17}]}'), 400, "SLW_HTTP_JSON"],
  ["data twice", score('{"data":[],"data":[]}'), 400, "SLW_HTTP_JSON"],
  // The rows
  ["null", score("null"), 400, "SLW_SCORE_DATA"],
  ["a list", score("[]"), 400, "SLW_SCORE_DATA"],
  ["text", score('"data"'), 400, "SLW_SCORE_DATA"],
  ["no data", score("{}"), 400, "SLW_SCORE_DATA"],
  ["data from __proto__", score('{"__proto__":{"data":[]}}'), 400, "SLW_SCORE_DATA"],
  ["an unknown key", score('{"data":[],"methd":"predict"}'), 400, "SLW_SCORE_DATA"],
  ["data that is no list", score('{"data":{}}'), 400, "SLW_SCORE_DATA"],
  ["a row that is a number", rows(57), 400, "SLW_SCORE_DATA"],
  ["a short list", rows([57, "student"]), 400, "SLW_SCORE_DATA"],
  ["an unknown method", score('{"data":[],"method":"eval"}'), 400, "SLW_SCORE_METHOD"],
  ["a method that is a list", score('{"data":[],"method":["predict"]}'), 400, "SLW_SCORE_METHOD"],
  ["too many rows", rows(...Array.from({ length: 51 }, () => row)), 413, "SLW_HTTP_ROWS"],
  ["a missing column", rows(withoutAge), 400, "SLW_SCORE_COLUMN_MISSING"],
  [
    "a column from __proto__",
    score('{"data":[{"__proto__":{"age":57},"job":"student"}]}'),
    400,
    "SLW_SCORE_COLUMN_MISSING",
  ],
  ["1e309", score('{"data":[{"age":1e309,"job":"student"}]}'), 400, "SLW_SCORE_VALUE"],
  ["a number as text", rows({ ...row, age: "57" }), 400, "SLW_SCORE_VALUE"],
  ["an empty text as number", rows({ ...row, age: "" }), 400, "SLW_SCORE_VALUE"],
  ["true as number", rows({ ...row, age: true }), 400, "SLW_SCORE_VALUE"],
  ["a list as number", rows({ ...row, age: [57] }), 400, "SLW_SCORE_VALUE"],
  ["null where training had none", rows({ ...row, age: null }), 400, "SLW_SCORE_VALUE"],
  ["a number as text column", rows({ ...row, job: 7 }), 400, "SLW_SCORE_VALUE"],
  ["an object as text column", rows({ ...row, job: { toString: "student" } }), 400, "SLW_SCORE_VALUE"],
  ["a date that is none", rows({ ...row, since: "2023-02-30" }), 400, "SLW_SCORE_VALUE"],
];

function chunkedHead(): string {
  return request("POST", "/score", { "Content-Length": undefined, "Transfer-Encoding": "chunked" }).toString();
}

function streamed(body: string): string {
  return `${chunkedHead()}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
}

describe("a hostile request", () => {
  test.each(cases)("%s", async (_, bytes, status, code) => {
    const answer = await sendRaw(endpoint.url, bytes);
    expect(answer).toMatchObject({ status });
    expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    const problem = JSON.parse(answer.body) as Record<string, unknown>;
    expect(problem).toMatchObject({ status, code });
    for (const field of ["title", "detail", "fix"]) expect(problem[field]).toMatch(/^.{10,}[.}]$/s);
    expect(answer.text).not.toMatch(/node_modules|\.ts:|\.js:/);
    expect(answer.text).not.toContain(key);
  });

  test("what is behind a refused request on its connection is read as what it is", async () => {
    const hidden = "GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    const smuggled = score(hidden, { "Transfer-Encoding": "chunked", Connection: "keep-alive" });
    const answer = await sendRaw(endpoint.url, smuggled);
    expect(answer.text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(answer.status).toBe(400);
  });

  test("a key that is sent twice is no second chance", async () => {
    const twice = score(good, { Authorization: "Bearer wrong", authorization: `Bearer ${key}` });
    expect((await sendRaw(endpoint.url, twice)).status).toBe(401);
  });

  test("JSON of 100,000 levels, with room for it", async () => {
    const roomy = await serveModel({ model: testModel, host: "127.0.0.1", port: 0, key });
    const body = `{"data":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    const answer = await sendRaw(roomy.url, score(body));
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([400, { code: "SLW_HTTP_JSON" }]);
    await roomy.close();
  });

  test("a bomb of gzip is not unpacked: with its name it is refused, without it is no JSON", async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    expect((await sendRaw(endpoint.url, score(bomb, { "Content-Encoding": "gzip" }))).status).toBe(415);
    expect((await sendRaw(endpoint.url, score(bomb))).status).toBe(400);
  });

  test("the endpoint still answers", async () => {
    const answer = await sendRaw(endpoint.url, score(good));
    expect([answer.status, answer.body]).toEqual([200, '{"result":["yes"]}']);
  });
});
