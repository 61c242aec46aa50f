import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tryCommand } from "../ground/command.ts";
import { EMULATED_ACCOUNT } from "../ground/ministack.ts";

/** What the stack would ask AWS about: where the plan stands. */
const PLACE: Readonly<Record<string, string>> = {
  "data.aws_caller_identity.current.account_id": EMULATED_ACCOUNT,
  "data.aws_partition.current.partition": "aws",
  "data.aws_region.current.id": "eu-west-1",
};

interface Stack {
  readonly variable: object;
  readonly locals: Readonly<Record<string, unknown>>;
}

interface Line {
  readonly type?: string;
  readonly diagnostic?: { readonly severity: string; readonly summary: string; readonly detail: string };
}

/**
 * The variables of a synthesized stack with the locals that their rules read, and nothing else of it: Terraform then
 * needs no provider, and a plan takes a tenth of a second. What the rules read from AWS is a value of {@link PLACE}.
 * @param stack folder of the stack
 * @returns the folder with the variables
 */
export async function extractVariables(stack: string, directory: string): Promise<string> {
  const { variable, locals } = JSON.parse(await readFile(join(stack, "cdk.tf.json"), "utf8")) as Stack;
  const folder = join(directory, "variables");
  await mkdir(folder, { recursive: true });
  const content = withoutAws(JSON.stringify({ variable, locals: localsOf(variable, locals) }));
  await writeFile(join(folder, "variables.tf.json"), content);
  await writeFile(join(folder, "terraform.rc"), "");
  return folder;
}

/** The locals that `block` reads, directly or not. */
function localsOf(block: unknown, locals: Stack["locals"], found: Record<string, unknown> = {}): object {
  for (const [, name = ""] of JSON.stringify(block).matchAll(/\blocal\.(\w+)/g)) {
    if (name in found) continue;
    found[name] = locals[name];
    localsOf(locals[name], locals, found);
  }
  return found;
}

function withoutAws(text: string): string {
  return text.replaceAll(/\bdata\.\w+\.current\.\w+/g, (reference) => {
    const value = PLACE[reference];
    if (value === undefined) throw new Error(`a variable's rule reads "${reference}"; give it a value here`);
    return JSON.stringify(JSON.stringify(value)).slice(1, -1);
  });
}

/** Plans in `folder` with `variables` set and returns everything that Terraform complains or warns about. */
export async function planVariables(
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<string[]> {
  const settings = Object.entries(variables).map(([name, value]) => `-var=${name}=${value}`);
  const { stdout } = await tryCommand("terraform", ["plan", "-json", "-lock=false", ...settings], {
    cwd: folder,
    env: {
      TF_CLI_CONFIG_FILE: join(folder, "terraform.rc"),
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
      TF_INPUT: "0",
    },
  });
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => {
      const { diagnostic } = JSON.parse(line) as Line;
      return diagnostic ? [withoutPlace(diagnostic.detail)] : [];
    });
}

function withoutPlace(detail: string): string {
  return detail.replace(/\n\nThis was checked by the validation rule at .*$/s, "");
}
