import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Checks } from "../checks.ts";
import { withEstate, type Estate } from "./estate.ts";
import { takeOverLambdas } from "./lambdas.ts";
import { takeOverByModule } from "./module.ts";
import { WITH_LAMBDAS, WITH_USER } from "./predecessor.ts";
import { takeOverUser } from "./user.ts";

interface Case {
  readonly name: string;
  readonly resources: object;
  readonly run: (checks: Checks, estate: Estate) => Promise<void>;
}

const CASES: readonly Case[] = [
  { name: "lambdas", resources: WITH_LAMBDAS, run: takeOverLambdas },
  { name: "user", resources: WITH_USER, run: takeOverUser },
  { name: "module", resources: WITH_LAMBDAS, run: takeOverByModule },
];

/**
 * Takes over what the predecessor left, in an account for each case, and tries to destroy it. At the same time, because
 * the provider waits most of a minute for each bucket's lifecycle rules.
 */
export async function takeOverPhases(checks: Checks, directory: string): Promise<void> {
  await checks.phase("take-over: every case, at the same time", async () => {
    const running = CASES.map(({ name, resources, run }) =>
      checks.aside(name, (own) =>
        own.phase(`take-over: ${name}`, async () => {
          const folder = join(directory, name);
          await mkdir(folder);
          await withEstate(folder, resources, (estate) => run(own, estate));
        }),
      ),
    );
    await Promise.all(running);
  });
}
