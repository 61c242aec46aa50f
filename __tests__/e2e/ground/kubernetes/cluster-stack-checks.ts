import assert from "node:assert/strict";
import type { Checks } from "../../checks.ts";
import { S3_KEYS } from "../versitygw.ts";
import type { Terraform } from "../terraform.ts";
import { checkHelmAlone } from "./cluster-stack-helm.ts";
import { STAND_IN_VERSIONS } from "./cluster-stack-providers.ts";
import {
  openClusterStack,
  readClusterState,
  synthesizeCluster,
  type SynthesizedCluster,
} from "./cluster-stack-synth.ts";
import { changedLines } from "./cluster-stack-versions.ts";
import { AGENT_REPOSITORY, AGENT_TAG } from "./images.ts";
import { tryKubectl } from "./kubectl.ts";
import { REAL_NODE_LABEL } from "./kubelet.ts";
import {
  BUCKET_KEYS,
  chartObjects,
  createBucketKeys,
  EXPORT_CRONJOB,
  RELEASE_NAMESPACE,
  releaseRecords,
} from "./release.ts";

/** Bucket of the strict S3 server. */
export const SLICE_BUCKET = "container-insights-slice";

/** Values that the ground needs, whatever the agent's identity is. */
export const GROUND_VALUES = {
  image: { repository: AGENT_REPOSITORY, tag: AGENT_TAG, pullPolicy: "Never" },
  pod: { nodeSelector: { [REAL_NODE_LABEL]: "true" } },
  // The checks start Jobs themselves; one that the schedule starts would come between.
  export: { hourly: { suspend: true } },
} as const;

const WITH_KEYS = {
  bucketName: SLICE_BUCKET,
  chartValues: {
    ...GROUND_VALUES,
    identity: { mode: "staticKeys", staticKeys: { existingSecret: BUCKET_KEYS } },
  },
} as const;

/** Values that somebody chose, or that derive from the ARN, as a plan has to show them. */
const PLAN_SHOWS = [
  '+ clusterArn = "arn:aws:eks:us-east-1:123456789012:cluster/prod"',
  `+ repository = "${AGENT_REPOSITORY}"`,
  `+ url = "s3://${SLICE_BUCKET}"`,
  '+ mode = "staticKeys"',
  `+ existingSecret = "${BUCKET_KEYS}"`,
  `+ "${REAL_NODE_LABEL}" = "true"`,
  '+ "pod-security.kubernetes.io/enforce" = "restricted"',
];

/** The cluster stack, planned and applied by Terraform: the chart on the real API server. */
export async function checkClusterStack(checks: Checks, directory: string): Promise<void> {
  const stack = await synthesizeCluster(directory, WITH_KEYS);
  await checks.check(
    "the stack is applied as it was synthesized, but for the versions of two providers",
    () => assertOnlyVersionsDiffer(stack),
  );
  const terraform = await openClusterStack(directory);
  await terraform.run(["init", "-no-color"]);
  await checks.check("the first plan adds a namespace and a release, and shows its values", async () => {
    const { text } = await terraform.plan([]);
    assert.match(text, /Plan: 2 to add, 0 to change, 0 to destroy\./);
    assert.match(text, /# kubernetes_namespace\.namespace will be created/);
    assert.match(text, /# helm_release\.container_insights will be created/);
    assertPlanShows(text, PLAN_SHOWS);
  });
  await checks.check("apply makes the chart's objects", () => applyAndLook(terraform));
  await checks.check("the second plan is empty", () => assertEmptyPlan(terraform));
  await checks.check(
    "the namespace that Terraform made refuses a pod that may gain privileges",
    refuseCareless,
  );
  await checks.check(
    "applied again with the Secret there, Terraform's state names it and has no key of it",
    () => assertStateHasNoKey(terraform, directory),
  );
  await checkHelmAlone(checks, directory);
}

function assertOnlyVersionsDiffer({ original, applied }: SynthesizedCluster): void {
  assert.deepEqual(changedLines(original, applied), [
    ['"version": ">= 3.1.1, < 4.0"', `"version": "${STAND_IN_VERSIONS.helm}"`],
    ['"version": ">= 2.38.0, < 3.0"', `"version": "${STAND_IN_VERSIONS.kubernetes}"`],
  ]);
}

async function applyAndLook(terraform: Terraform): Promise<void> {
  await terraform.run(["apply", "-auto-approve", "-no-color"]);
  const names = (await chartObjects(RELEASE_NAMESPACE)).map(
    ({ kind, metadata }) => `${kind} ${metadata.name}`,
  );
  assert.deepEqual(names.sort(), [
    "ConfigMap container-insights-export",
    `CronJob ${EXPORT_CRONJOB}`,
    "NetworkPolicy container-insights-default-deny",
    "NetworkPolicy container-insights-export",
    "ServiceAccount nops-container-insights",
  ]);
}

/** Asserts that a plan has these lines, however Terraform aligned them. */
export function assertPlanShows(text: string, lines: readonly string[]): void {
  const shown = new Set(text.split("\n").map((line) => line.trim().replaceAll(/ +/g, " ")));
  for (const line of lines) assert.ok(shown.has(line), `the plan does not show ${line}\n${text}`);
}

/** Terraform's own word for it is the exit code of `plan -detailed-exitcode`. */
export async function assertEmptyPlan(terraform: Terraform): Promise<void> {
  const { text, changes } = await terraform.plan([]);
  assert.equal(changes, false, text);
}

/** Only what is there when Terraform reads can get into its state: the Secret comes first. */
async function assertStateHasNoKey(terraform: Terraform, directory: string): Promise<void> {
  await createBucketKeys(directory);
  const { stdout } = await terraform.run(["apply", "-auto-approve", "-no-color"]);
  assert.match(stdout, /Apply complete! Resources: 0 added, 0 changed, 0 destroyed\./);
  const state = await readClusterState(directory);
  assert.ok(state.includes(BUCKET_KEYS), `the state does not name "${BUCKET_KEYS}"`);
  for (const [name, key] of Object.entries(S3_KEYS)) {
    const spellings = [key, Buffer.from(key).toString("base64")];
    assert.ok(!spellings.some((text) => state.includes(text)), `"${name}" is in the state`);
  }
}

async function refuseCareless(): Promise<void> {
  const run = ["run", "careless", "--image=ground.local/none:1", `--namespace=${RELEASE_NAMESPACE}`];
  const { code, stderr } = await tryKubectl(run);
  assert.equal(code, 1);
  assert.match(stderr, /violates PodSecurity "restricted:latest"/);
}

/** Terraform takes back what it made. */
export async function checkClusterStackDestroyed(checks: Checks, directory: string): Promise<void> {
  await checks.check(
    "terraform destroy leaves no object of the chart, no release and no namespace",
    async () => {
      const terraform = await openClusterStack(directory);
      const { stdout } = await terraform.run(["destroy", "-auto-approve", "-no-color"]);
      assert.match(stdout, /Destroy complete! Resources: 2 destroyed\./);
      assert.deepEqual(await chartObjects(), []);
      assert.deepEqual(await releaseRecords(), []);
      const { code, stderr } = await tryKubectl(["get", "namespace", RELEASE_NAMESPACE]);
      assert.deepEqual([code, /NotFound/.test(stderr)], [1, true]);
    },
  );
}
