import { hostname } from "node:os";
import { describe, expect, test } from "vitest";
import { createHostCheck } from "./host.ts";

describe("the Host header", () => {
  test.each<[string, string, boolean]>([
    ["127.0.0.1", "127.0.0.1", true],
    ["127.0.0.1", "127.0.0.1:8080", true],
    ["127.0.0.1", "localhost:9", true],
    ["127.0.0.1", "LOCALHOST", true],
    ["127.0.0.1", "127.1.2.3", true],
    ["127.0.0.1", "[::1]:80", true],
    ["127.0.0.1", "[::ffff:127.0.0.1]", true],
    ["127.0.0.1", "[::ffff:10.0.0.1]", false],
    ["127.0.0.1", "localhost:99999", false],
    ["127.0.0.1", "localhost:", false],
    ["127.0.0.1", "localhost:80:80", false],
    ["127.0.0.1", "localhost.", false],
    ["127.0.0.1", "[localhost]", false],
    ["127.0.0.1", "::1", false],
    ["127.0.0.1", "192.168.0.1", false],
    ["127.0.0.1", "127.0.0.1.nip.io", false],
    ["127.0.0.1", "0x7f.1", false],
    ["127.0.0.1", " localhost", false],
    ["127.0.0.1", "local\thost", false],
    ["127.0.0.1", "", false],
    ["127.0.0.1", "__proto__", false],
    ["0.0.0.0", "192.168.0.1:80", true],
    ["0.0.0.0", "localhost", true],
    ["0.0.0.0", hostname(), true],
    ["0.0.0.0", "evil.example", false],
    ["192.168.0.1", "192.168.0.1", true],
    ["192.168.0.1", "evil.example", false],
    ["models.example", "Models.Example:443", true],
    ["models.example", "evil.models.example", false],
  ])("listening on %s, %j: %s", (listen, host, expected) => {
    expect(createHostCheck(listen)(host)).toBe(expected);
  });
});
