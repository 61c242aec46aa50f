import { runCommand, tryCommand, type CommandResult } from "./command.ts";
import { writeCliConfig, type ProviderProgram } from "./terraform-mirror.ts";

/** Terraform in the folder of one synthesized stack. */
export interface Terraform {
  readonly version: string;
  /** Runs a subcommand. @throws Error with the end of what it said when it fails */
  run(args: readonly string[]): Promise<CommandResult>;
  /** Runs `plan -detailed-exitcode` and returns its text; `changes` tells whether it would do something. */
  plan(args: readonly string[]): Promise<{ text: string; changes: boolean }>;
}

/**
 * Terraform from the PATH, with the AWS provider from a filesystem mirror on this machine and with `providers` that
 * were built here: nothing is downloaded. Its own files are beside `log`.
 * @throws Error saying which of the two is missing and how to name it
 */
export async function openTerraform(
  folder: string,
  env: Readonly<Record<string, string>>,
  log: string,
  providers: readonly ProviderProgram[] = [],
): Promise<Terraform> {
  const version = await readVersion();
  const config = `${log}.rc`;
  await writeCliConfig(config, providers);
  const options = {
    cwd: folder,
    log,
    env: {
      ...env,
      TF_CLI_CONFIG_FILE: config,
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
      TF_INPUT: "0",
      // A fifth of a plan's processor time goes into collecting the garbage of the provider's schema.
      GOGC: "400",
    },
  };
  return {
    version,
    run: (args) => runCommand("terraform", args, options),
    async plan(args) {
      const result = await tryCommand(
        "terraform",
        ["plan", "-no-color", "-detailed-exitcode", ...args],
        options,
      );
      if (result.code !== 0 && result.code !== 2) {
        throw new Error(`terraform plan ended with ${result.code}\n${result.stdout}\n${result.stderr}`);
      }
      return { text: result.stdout, changes: result.code === 2 };
    },
  };
}

async function readVersion(): Promise<string> {
  try {
    const { stdout } = await runCommand("terraform", ["version", "-json"]);
    return (JSON.parse(stdout) as { terraform_version: string }).terraform_version;
  } catch (cause) {
    throw new Error(
      "Terraform is not on the PATH; install Terraform 1.10 or newer to run the end-to-end tests",
      {
        cause,
      },
    );
  }
}
