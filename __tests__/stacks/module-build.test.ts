import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { writeModule } from "../../stacks/module-build.ts";
import { protectedAddresses, type ModuleJson } from "../../stacks/module-readme.ts";
import { zip } from "../../stacks/zip.ts";
import { addressesOf, resourceOf, synthesizeAccount } from "../support/account-json.ts";
import { synthesizeRegionEvents } from "../support/region-events-json.ts";
import { temporaryDirectory } from "../support/temporary/directory.ts";

const base = temporaryDirectory();
const archive = join(base, "role-reconciler.zip");
writeFileSync(archive, zip([]));

/** A module whose Lambdas' code has a hash made of `byte`. */
function build(allowDestroy = false, byte = 0xab, directory = mkdtempSync(join(base, "module-"))) {
  const code = { path: archive, sha256: Buffer.alloc(32, byte).toString("base64") };
  return { directory, module: writeModule(directory, { code, allowDestroy }) };
}

const read = (directory: string, name: string): string => readFileSync(join(directory, name), "utf8");
const { directory, module } = build();
const TERRAFORM_FILES = ["main.tf.json", "outputs.tf.json", "variables.tf.json", "versions.tf.json"];

/** What Terraform sees: all files of the folder together. */
const seen = Object.assign(
  {},
  ...TERRAFORM_FILES.map((name) => JSON.parse(read(directory, name)) as object),
) as ModuleJson;

describe("the module", () => {
  test("has the files of a module, a licence, and the archive", () => {
    expect(readdirSync(directory).sort()).toEqual(
      ["LICENSE", "README.md", "assets", "modules", ...TERRAFORM_FILES].sort(),
    );
    expect(seen).toEqual(module);
  });

  test("is the root's stack without provider and backend", () => {
    const { provider, terraform, ...root } = synthesizeAccount();
    expect(provider).toEqual({ aws: [{}] });
    const { backend, ...requirements } = terraform;
    expect(backend).toBeDefined();
    expect(seen).toEqual({ ...root, terraform: requirements });
  });

  test("accepts a range of provider versions", () => {
    expect(seen.terraform.required_providers).toEqual({
      aws: { source: "hashicorp/aws", version: ">= 5.83, < 7.0" },
    });
  });

  test("names no machine, and carries no comments of cdktf", () => {
    const text = TERRAFORM_FILES.map((name) => read(directory, name)).join("");
    expect(text).not.toContain(tmpdir());
    expect(text).not.toContain(process.cwd());
    expect(text).not.toContain('"//"');
    expect(text).not.toContain("cdktf");
  });

  test("finds the archive of its Lambdas below itself", () => {
    const functions = Object.values(seen.resource["aws_lambda_function"] ?? {}) as { filename?: string }[];
    expect(functions).toHaveLength(2);
    for (const { filename = "" } of functions) {
      const [, path] = /^\$\{path\.module\}\/(.+)$/.exec(filename) ?? [];
      expect(readFileSync(join(directory, path ?? ""))).toEqual(readFileSync(archive));
    }
  });

  test("is the same on every run", () => {
    const again = build();
    for (const name of ["README.md", ...TERRAFORM_FILES])
      expect(read(again.directory, name)).toBe(read(directory, name));
  });

  test("replaces an earlier build's archive, and leaves other files alone", () => {
    const { directory: other } = build();
    writeFileSync(join(other, "mine.tf"), "# mine");
    mkdirSync(join(other, "assets/mine"));
    build(false, 0xcd, other);
    expect(readdirSync(join(other, "assets/role-reconciler"))).toEqual(["cdcdcdcdcdcdcdcd"]);
    expect(read(other, "mine.tf")).toBe("# mine");
    expect(existsSync(join(other, "assets/mine"))).toBe(true);
  });

  test("is refused in words where it cannot be written", () => {
    const file = join(mkdtempSync(join(base, "module-")), "a-file");
    writeFileSync(file, "");
    const folder = join(file, "module");
    expect(() => build(false, 0xab, folder)).toThrow(
      new RegExp(
        `^Cannot write the module to "${folder}" \\(.*ENOTDIR.*\\); name a folder that can be written`,
      ),
    );
  });

  test("protects what the root protects, unless the configuration allows to destroy it", () => {
    const root = synthesizeAccount();
    const kept = addressesOf(root).filter((address) =>
      JSON.stringify(resourceOf(root, address)["lifecycle"] ?? {}).includes('"prevent_destroy":true'),
    );
    expect(kept).toContain("aws_s3_bucket.data");
    expect(protectedAddresses(module)).toEqual(kept);
    expect(protectedAddresses(build(true).module)).toEqual([]);
  });
});

describe("the module's README", () => {
  const readme = read(directory, "README.md");

  test("has a row for every input, with type and default, and for every output", () => {
    expect(readme).toContain("| `attach_read_policy` | ");
    for (const [name, { type, default: fallback }] of Object.entries(seen.variable)) {
      const row = readme.split("\n").find((line) => line.startsWith(`| \`${name}\` |`)) ?? "";
      expect(row.endsWith(`| \`${type}\` | \`${JSON.stringify(fallback)}\` | no |`)).toBe(true);
    }
    for (const name of Object.keys(seen.output)) expect(readme).toContain(`\n| \`${name}\` | `);
  });

  test("takes every protected resource out of the state, and has a removed block for each", () => {
    for (const address of protectedAddresses(module)) {
      expect(readme).toContain(`'module.container_insights.${address}'`);
      expect(readme).toContain(`  from = module.container_insights.${address}\n`);
    }
  });

  test("of a build that may be destroyed speaks of no commands for it", () => {
    expect(read(build(true).directory, "README.md")).not.toContain("rm 'module.container_insights.");
    expect(read(build(true).directory, "README.md")).toContain("`allowDestroy`");
  });
});

describe("the module region-events, below it", () => {
  const folder = join(directory, "modules/region-events");
  const parts = TERRAFORM_FILES.map((name) => JSON.parse(read(folder, name)) as object);

  test("has the files of a module and a licence, and what is synthesized", () => {
    expect(readdirSync(folder).sort()).toEqual(["LICENSE", "README.md", ...TERRAFORM_FILES].sort());
    expect(Object.assign({}, ...parts)).toEqual(synthesizeRegionEvents());
  });

  test("has a README with a row for every input and output, and a caller that gives what is required", () => {
    const readme = read(folder, "README.md");
    const { variable, output } = synthesizeRegionEvents();
    for (const name of [...Object.keys(variable), ...Object.keys(output)])
      expect(readme).toContain(`\n| \`${name}\` | `);
    for (const [name, block] of Object.entries(variable))
      if (!("default" in block)) expect(readme).toMatch(new RegExp(`^  ${name} += "`, "m"));
    expect(read(directory, "README.md")).toContain("(modules/region-events/README.md)");
  });
});
