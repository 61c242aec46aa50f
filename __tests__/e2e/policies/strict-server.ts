import { mkdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { runCommand } from "../ground/command.ts";
import { freePort, startDaemon, type Daemon } from "../ground/daemon.ts";
import type { S3Keys } from "../ground/s3-access.ts";
import { writeCertificate } from "../ground/tls-front.ts";
import { S3_KEYS, versitygw } from "../ground/versitygw.ts";

/** Somebody who may have buckets and is not the server's root, whom no policy binds. */
export const OWNER: S3Keys = { accessKeyId: "bucket-owner", secretAccessKey: "bucket-owner-secret" };

/** The strict S3 server as it is reached over HTTP, and over TLS that it speaks itself. */
export interface StrictServer {
  readonly http: string;
  readonly https: string;
  readonly certificate: string;
  stop(): Promise<void>;
}

/** Two gateways over the same folder, with {@link OWNER} as a user. */
export async function startStrictServer(directory: string): Promise<StrictServer> {
  const users = join(directory, "users");
  await mkdir(users, { recursive: true });
  const files = await writeCertificate(directory);
  const started: Daemon[] = [];
  const stop = async (): Promise<void> => {
    for (const daemon of started) await daemon.stop();
  };
  const start = async (scheme: "http" | "https", tls: readonly string[]): Promise<string> => {
    const port = await freePort();
    const url = `${scheme}://127.0.0.1:${port}`;
    const spec = await versitygw(directory, port);
    const args = ["--iam-dir", users, ...tls, ...spec.args];
    started.push(
      await startDaemon({ ...spec, name: `versitygw ${scheme}`, args, ready: () => listens(port) }),
    );
    return url;
  };
  try {
    const http = await start("http", []);
    await createOwner((await versitygw(directory, 0)).command, http);
    const https = await start("https", ["--cert", files.certificate, "--key", files.key]);
    return { http, https, certificate: files.certificate, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function createOwner(versitygw: string, url: string): Promise<void> {
  const root = ["--access", S3_KEYS.accessKeyId, "--secret", S3_KEYS.secretAccessKey, "--endpoint-url", url];
  const user = ["--access", OWNER.accessKeyId, "--secret", OWNER.secretAccessKey, "--role", "userplus"];
  await runCommand(versitygw, ["admin", ...root, "create-user", ...user]);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}
