import { join } from "node:path";
import { openEmulatedAws, type EmulatedAws } from "../account/aws.ts";
import { synthesizeAccount } from "../account/synth.ts";
import { emulatorEnv, startMinistack, type Emulator } from "../ground/ministack.ts";
import { fillGaps } from "../ground/ministack-gaps.ts";
import { openTerraform, type Terraform } from "../ground/terraform.ts";
import { putOldData } from "./data.ts";
import { makePredecessor } from "./predecessor.ts";

export const REGION = "us-east-1";

/** An emulated account with the predecessor's resources and data in it. */
export interface Estate {
  readonly directory: string;
  readonly emulator: Emulator;
  /** Where Terraform finds the emulator. */
  readonly url: string;
  readonly aws: EmulatedAws;
}

/** Starts an account of its own below `directory`, with the predecessor in it, for as long as `body` takes. */
export async function withEstate(
  directory: string,
  resources: object,
  body: (estate: Estate) => Promise<void>,
): Promise<void> {
  const emulator = await startMinistack(directory, { enforce: false });
  const front = await fillGaps(emulator.url);
  try {
    const aws = openEmulatedAws(emulator.url);
    await makePredecessor(join(directory, "predecessor"), front.url, REGION, resources);
    await putOldData(aws);
    await body({ directory, emulator, url: front.url, aws });
  } finally {
    await front.stop();
    await emulator.stop();
  }
}

/** Synthesizes a root build with these settings, and has Terraform ready in it. All builds of an estate share one state. */
export async function openBuild(
  { directory, url }: Estate,
  name: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<Terraform> {
  const backend = { kind: "local", statePrefix: join(directory, "state") };
  const folder = await synthesizeAccount(join(directory, name), { ...settings, backend });
  return openIn(folder, url, join(directory, `${name}.log`));
}

/** Terraform, initialized, in a folder. */
export async function openIn(folder: string, url: string, log: string): Promise<Terraform> {
  const terraform = await openTerraform(folder, emulatorEnv(url, REGION), log);
  await terraform.run(["init", "-no-color"]);
  return terraform;
}
