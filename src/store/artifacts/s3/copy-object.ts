/** A copy inside the server: whole, or in parts where S3 takes no more at once. */
import type { CompletedPart } from "@aws-sdk/client-s3";
import type { Bucket } from "./bucket.ts";

/** Bytes. S3 copies up to 5 GiB at once, but parts of a large object side by side are faster. */
const copiedPart = 512 * 2 ** 20;
const copiesAtATime = 4;

/**
 * @param size bytes of the object at `from`
 * @param partSize bytes of a part, at least 5 MiB; up to one part is copied at once
 */
export async function copyObject(
  bucket: Bucket,
  from: string,
  to: string,
  size: number,
  partSize: number = copiedPart,
): Promise<void> {
  const { client, sdk, name: Bucket } = bucket;
  const CopySource = encodeURI(`${Bucket}/${from}`);
  if (size <= partSize) {
    await client.send(new sdk.CopyObjectCommand({ Bucket, Key: to, CopySource }));
    return;
  }
  const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand({ Bucket, Key: to }));
  try {
    const Parts = await copyParts(bucket, size, partSize, { Bucket, Key: to, UploadId, CopySource });
    await client.send(
      new sdk.CompleteMultipartUploadCommand({ Bucket, Key: to, UploadId, MultipartUpload: { Parts } }),
    );
  } catch (cause) {
    await client.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key: to, UploadId })).catch(() => {});
    throw cause;
  }
}

async function copyParts(
  bucket: Bucket,
  size: number,
  partSize: number,
  target: { Bucket: string; Key: string; UploadId: string | undefined; CopySource: string },
): Promise<CompletedPart[]> {
  const parts: CompletedPart[] = [];
  const count = Math.ceil(size / partSize);
  let next = 0;
  const copier = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      const end = Math.min(size, (index + 1) * partSize) - 1;
      const input = { ...target, PartNumber: index + 1, CopySourceRange: `bytes=${index * partSize}-${end}` };
      const { CopyPartResult } = await bucket.client.send(new bucket.sdk.UploadPartCopyCommand(input)).catch(stop);
      parts[index] = { PartNumber: index + 1, ETag: CopyPartResult?.ETag };
    }
  };
  const stop = (cause: unknown): never => {
    next = count;
    throw cause;
  };
  const copiers = Array.from({ length: copiesAtATime }, copier);
  // All have to end before the upload can be given up: a part that arrives later would stay.
  await Promise.allSettled(copiers);
  await Promise.all(copiers);
  return parts;
}
