import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import type { Checks } from "../checks.ts";
import { startSources, type ExportSources } from "../export/sources.ts";
import { openS3 } from "../ground/s3-access.ts";
import { S3_KEYS, startVersitygw, type StrictS3 } from "../ground/versitygw.ts";
import { checkBreakages } from "./breakages.ts";
import { BUCKET } from "./doctor-ground.ts";
import { checkHealthy } from "./healthy.ts";

/** `doctor` on the real Prometheus, OpenCost's recorded answers, a folder and a strict S3 server: healthy, and broken. */
export async function doctorPhases(checks: Checks, directory: string): Promise<void> {
  let sources: ExportSources | undefined;
  let s3: StrictS3 | undefined;
  try {
    const ground = await checks.phase("doctor: start Prometheus, OpenCost's answers and S3", async () => {
      sources = await startSources(join(directory, "sources"));
      await mkdir(join(directory, "s3"), { recursive: true });
      s3 = await startVersitygw(join(directory, "s3"));
      await openS3(s3.url, S3_KEYS).send(new CreateBucketCommand({ Bucket: BUCKET }));
      return { sources, s3, directory };
    });
    if (!ground) return;
    await checks.phase("doctor: healthy", () => checkHealthy(checks, ground));
    await checks.phase("doctor: broken", () => checkBreakages(checks, ground));
  } finally {
    await Promise.all([sources?.stop(), s3?.stop()]);
  }
}
