import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { RECONCILE_REPORT_KEY } from "../../contract/object-keys.ts";
import type { ReportStore } from "../reconcile/ports.ts";
import { isNotFound } from "../aws-errors.ts";
import { clientOptions } from "./client-options.ts";

/** The last report, one object in the deployment's bucket. */
export function openReportStore(region: string, bucket: string): ReportStore {
  // Path style only matters to an emulator behind AWS_ENDPOINT_URL, whose host knows no bucket names.
  const client = new S3Client({ ...clientOptions(region), forcePathStyle: true });
  const object = { Bucket: bucket, Key: RECONCILE_REPORT_KEY };
  return {
    async write(report) {
      const Body = JSON.stringify(report, undefined, 2);
      await client.send(new PutObjectCommand({ ...object, Body, ContentType: "application/json" }));
    },
    async remove() {
      try {
        await client.send(new DeleteObjectCommand(object));
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
  };
}
