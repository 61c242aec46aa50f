import type { ExportSources } from "../export/sources.ts";
import type { StrictS3 } from "../ground/versitygw.ts";

/** What the runs of `doctor` look at. */
export interface DoctorGround {
  readonly sources: ExportSources;
  readonly s3: StrictS3;
  readonly directory: string;
}

/** A bucket of the strict S3 server. */
export const BUCKET = "container-insights-doctor";
