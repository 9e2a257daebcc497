import { expect, test } from "vitest";
import { mediaType } from "./media-type.ts";
import { attachment } from "./send-file.ts";

test.each([
  ["a.txt", "attachment; filename=a.txt"],
  ["MLmodel", "attachment; filename=MLmodel"],
  ["a b.png", 'attachment; filename="a b.png"'],
  ['a".png', 'attachment; filename="a\\".png"'],
  ["dog+step+20.png", "attachment; filename=dog+step+20.png"],
  ["über.csv", "attachment; filename=uber.csv; filename*=UTF-8''%C3%BCber.csv"],
  ["日本語", "attachment; filename=download; filename*=UTF-8''%E6%97%A5%E6%9C%AC%E8%AA%9E"],
  ["a\r\nx: y", `attachment; filename="ax: y"; filename*=UTF-8''a%0D%0Ax%3A%20y`],
])("%j is offered as %s", (name, expected) => expect(attachment(name)).toBe(expected));

test.each([
  ["a.txt", "text/plain"],
  ["MLmodel", "text/plain"],
  ["mlproject", "text/plain"],
  ["conda.yaml", "text/plain"],
  ["page.html", "text/plain"],
  ["b.pkl", "application/octet-stream"],
  ["c.PNG", "image/png"],
  ["d.pdf", "application/pdf"],
  ["constructor", "application/octet-stream"],
])("%s is %s", (name, expected) => expect(mediaType(name)).toBe(expected));
