import { join } from "node:path";
import { answers, freePort, startDaemon, type Daemon, type DaemonSpec } from "./daemon.ts";
import { ensureMinistack } from "./parts.ts";

/** The account that the emulator plays. */
export const EMULATED_ACCOUNT = "123456789012";

/** The keys of the emulated account's root. */
export const ROOT_KEYS = { accessKeyId: "test", secretAccessKey: "test" } as const;

/** A running AWS emulator. */
export interface Emulator extends Daemon {
  readonly url: string;
}

/**
 * Starts the AWS emulator, which runs Lambda code with this machine's Node.
 * @param options.enforce whether it evaluates policies; its view of IAM roles has no path, so a stack with
 *   roles below a path needs it off
 */
export async function startMinistack(directory: string, options: { enforce: boolean }): Promise<Emulator> {
  const port = await freePort();
  const daemon = await startDaemon(await ministack(directory, port, options));
  return { ...daemon, url: `http://127.0.0.1:${port}` };
}

/** That emulator, ready to be started. */
export async function ministack(
  directory: string,
  port: number,
  options: { enforce: boolean },
): Promise<DaemonSpec> {
  const name = options.enforce ? "ministack-enforcing" : "ministack";
  return {
    name,
    command: await ensureMinistack(),
    args: [],
    cwd: directory,
    env: {
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      MINISTACK_ACCOUNT_ID: EMULATED_ACCOUNT,
      AUTH: String(options.enforce),
      AWS_ACCESS_KEY_ID: ROOT_KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ROOT_KEYS.secretAccessKey,
      TMPDIR: directory,
    },
    log: join(directory, `${name}.log`),
    ready: () => answers(`http://127.0.0.1:${port}/_ministack/health`),
  };
}

/** Settings of an AWS SDK client, or the environment of a program, for the emulator. */
export function emulatorEnv(url: string, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: ROOT_KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ROOT_KEYS.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: "true",
  };
}
