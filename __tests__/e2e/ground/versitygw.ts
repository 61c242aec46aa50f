import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { answers, freePort, startDaemon, type Daemon, type DaemonSpec } from "./daemon.ts";
import { ensureVersitygw } from "./parts.ts";

/** The keys of the strict S3 server. */
export const S3_KEYS = { accessKeyId: "e2e-access", secretAccessKey: "e2e-secret-0123456789" } as const;

/** A running S3 server that checks signatures, conditions and checksums as S3 does. */
export interface StrictS3 extends Daemon {
  readonly url: string;
}

/** Starts the strict S3 server over a folder. */
export async function startVersitygw(directory: string): Promise<StrictS3> {
  const port = await freePort();
  const daemon = await startDaemon(await versitygw(directory, port));
  return { ...daemon, url: `http://127.0.0.1:${port}` };
}

/** That server, ready to be started. */
export async function versitygw(directory: string, port: number): Promise<DaemonSpec> {
  const data = join(directory, "s3");
  await mkdir(data, { recursive: true });
  return {
    name: "versitygw",
    command: await ensureVersitygw(),
    args: ["--port", `127.0.0.1:${port}`, "--quiet", "posix", data],
    env: { ROOT_ACCESS_KEY: S3_KEYS.accessKeyId, ROOT_SECRET_KEY: S3_KEYS.secretAccessKey },
    log: join(directory, "versitygw.log"),
    ready: () => answers(`http://127.0.0.1:${port}`),
  };
}
