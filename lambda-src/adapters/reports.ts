import {
  DeleteObjectCommand,
  PutObjectCommand,
  S3Client,
  ListObjectVersionsCommand,
} from "@aws-sdk/client-s3";
import { RECONCILE_REPORT_KEY } from "../../contract/object-keys.ts";
import type { ReportStore } from "../reconcile/ports.ts";
import { isNotFound } from "../aws-errors.ts";
import { clientOptions } from "./client-options.ts";

/** The report is written last, when there may be little time left. */
const MAX_ATTEMPTS = 2;

/** The last report, one object in the deployment's bucket. */
export function openReportStore(region: string, bucket: string): ReportStore {
  // Path style only matters to an emulator behind AWS_ENDPOINT_URL, whose host knows no bucket names.
  const client = new S3Client({ ...clientOptions(region), maxAttempts: MAX_ATTEMPTS, forcePathStyle: true });
  const object = { Bucket: bucket, Key: RECONCILE_REPORT_KEY };
  return {
    async write(report) {
      const Body = JSON.stringify(report, undefined, 2);
      await client.send(new PutObjectCommand({ ...object, Body, ContentType: "application/json" }));
    },
    async remove() {
      try {
        for (const VersionId of await versionsOf(client, object)) {
          await client.send(new DeleteObjectCommand({ ...object, VersionId }));
        }
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
  };
}

/** Ids of all versions and delete markers: the bucket is versioned, and S3 deletes no bucket that still holds one. */
async function versionsOf(client: S3Client, object: { Bucket: string; Key: string }): Promise<string[]> {
  const ids: string[] = [];
  let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await client.send(
      new ListObjectVersionsCommand({ Bucket: object.Bucket, Prefix: object.Key, ...from }),
    );
    for (const { Key, VersionId } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
      if (Key === object.Key && VersionId !== undefined) ids.push(VersionId);
    }
    if (!page.IsTruncated) return ids;
    from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}
