import type { Sink } from "../export/sink.ts";
/** How to reach S3. */
export interface S3Settings {
  /** Bucket in the path rather than in the host name, as most S3-compatible servers need. @default false */
  readonly forcePathStyle?: boolean;
  /** Limit of one request. @default 60 */
  readonly timeoutSeconds?: number;
}
export function openS3Sink(_bucket: string, _prefix: string, _settings: S3Settings): Sink {
  throw new Error("not built yet");
}
