import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { missingS3, testS3, type TestS3 } from "../test-s3.ts";
import { deleteObject, headObject, listObjects, openBucket, type Bucket } from "./bucket.ts";
import { copyObject } from "./copy-object.ts";

const missing = missingS3();
const smallestPart = 5 * 2 ** 20;

describe.skipIf(missing !== null)(`a copy inside the server${missing === null ? "" : ` (${missing})`}`, () => {
  let s3: TestS3;
  let bucket: Bucket;
  let from = "";
  const bytes = randomBytes(2 * smallestPart + 1);
  beforeAll(async () => {
    s3 = await testS3();
    bucket = await openBucket(s3.bucket, `${s3.prefix}/`, s3.env);
    from = `${bucket.prefix}from`;
    await bucket.client.send(new bucket.sdk.PutObjectCommand({ Bucket: bucket.name, Key: from, Body: bytes }));
  });
  afterAll(async () => {
    // A server that is not the test's own outlives it.
    for await (const { key } of listObjects(bucket, bucket.prefix)) await deleteObject(bucket, key);
    await s3.stop();
  });

  const unfinished = async (): Promise<unknown[]> => {
    const input = { Bucket: bucket.name, Prefix: bucket.prefix };
    return (await bucket.client.send(new bucket.sdk.ListMultipartUploadsCommand(input))).Uploads ?? [];
  };

  test.each([
    ["at once", bytes.length],
    ["in three parts", smallestPart],
    ["in two parts", bytes.length - 1],
  ])("%s has the same bytes", async (name, partSize) => {
    const to = `${bucket.prefix}to ${name}`;
    await copyObject(bucket, from, to, bytes.length, partSize);
    const { Body } = await bucket.client.send(new bucket.sdk.GetObjectCommand({ Bucket: bucket.name, Key: to }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
    expect(await unfinished()).toEqual([]);
  });

  test("in parts that fails leaves nothing", async () => {
    const to = `${bucket.prefix}absent`;
    const copy = copyObject(bucket, `${bucket.prefix}nothing`, to, bytes.length, smallestPart);
    await expect(copy).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
    expect(await headObject(bucket, to)).toBe(null);
    expect(await unfinished()).toEqual([]);
  });
});
