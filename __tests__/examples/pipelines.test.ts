import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const PIPELINES = ["examples/pipelines/github-actions.yml", "examples/pipelines/gitlab-ci.yml"] as const;
const [GITHUB, GITLAB] = PIPELINES;

interface GithubJob {
  readonly if: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
}

interface GitlabJob {
  readonly rules: readonly { readonly if: string }[];
  readonly script: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

describe.each(PIPELINES)("%s", (path) => {
  const text = read(path);

  test("stores no AWS key", () => {
    expect(text).not.toMatch(/AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)|aws-(access-key-id|secret-access-key)/);
    expect(text).not.toMatch(/\bsecrets\./);
  });

  test("runs scripts that there are, in the folder that the synth writes", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const used = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script = ""]) => script);
    expect(used).toContain("synth");
    for (const script of used) expect(scripts).toHaveProperty([script]);
    expect(text).toContain("cdktf.out/stacks/account");
  });

  test("fails without its configuration, takes the repository's variables, and no other provider than was locked", () => {
    expect(text).toContain("CONTAINER_INSIGHTS_CONFIG: container-insights.json");
    for (const init of text.match(/terraform .* init .*/g) ?? [""])
      expect(init).toContain("-lockfile=readonly");
    for (const plan of text.match(/terraform .* plan .*/g) ?? [""])
      expect(plan).toContain('-var-file="$PWD/account.tfvars"');
  });

  test("has a Terraform that the stacks accept", () => {
    const [, minor] = /(?:TERRAFORM_VERSION: |hashicorp\/terraform:)1\.(\d+)\.\d+/.exec(text) ?? [];
    expect(Number(minor)).toBeGreaterThanOrEqual(10);
  });
});

describe("on GitHub", () => {
  const { jobs } = parse(read(GITHUB)) as { jobs: Record<"plan" | "apply", GithubJob> };
  const commands = (job: GithubJob): string => job.steps.map(({ run = "" }) => run).join("\n");

  test("every action is pinned by its commit, with the release beside it", () => {
    const uses = read(GITHUB).match(/uses: .*/g) ?? [];
    expect(uses.length).toBeGreaterThan(5);
    for (const line of uses) expect(line).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("a pull request plans and applies nothing; main applies what it has planned itself", () => {
    expect(jobs.plan.if).toBe("github.event_name == 'pull_request'");
    expect(commands(jobs.plan)).toMatch(/ plan /);
    expect(commands(jobs.plan)).not.toMatch(/ apply /);
    expect(jobs.apply.if).toBe("github.event_name == 'push'");
    expect(commands(jobs.apply)).toMatch(/ plan [^]* apply /);
    for (const { permissions } of Object.values(jobs))
      expect(permissions).toEqual({ contents: "read", "id-token": "write" });
  });
});

describe("on GitLab", () => {
  const { plan, apply } = parse(read(GITLAB)) as Record<"plan" | "apply", GitlabJob>;

  test("a merge request plans and applies nothing; the default branch applies what it has planned itself", () => {
    expect(plan.rules).toEqual([{ if: '$CI_PIPELINE_SOURCE == "merge_request_event"' }]);
    expect(plan.script.join("\n")).not.toMatch(/ apply /);
    expect(apply.rules).toEqual([{ if: "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" }]);
    expect(apply.script.join("\n")).toMatch(/ plan [^]* apply /);
    expect([plan.variables, apply.variables]).toEqual([
      { AWS_ROLE_ARN: "$AWS_PLAN_ROLE" },
      { AWS_ROLE_ARN: "$AWS_APPLY_ROLE" },
    ]);
  });
});
