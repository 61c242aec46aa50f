import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Checks } from "../../checks.ts";
import { runCommand } from "../command.ts";
import { ensureHelm } from "../parts.ts";
import { stackFolder } from "./cluster-stack-synth.ts";
import { adminKubeconfig, kubectl } from "./kubectl.ts";
import { chartObjects, RELEASE, RELEASE_NAMESPACE, releaseRecords, type ReleaseObject } from "./release.ts";

const CHART = join(import.meta.dirname, "../../../../charts/container-insights");
const NAMESPACE = "helm-alone";

/**
 * The chart without Terraform, by the Helm of today: with the stack's values it makes what the release of the Helm
 * inside the provider that stands in made, which is some years older.
 */
export async function checkHelmAlone(checks: Checks, directory: string): Promise<void> {
  const values = join(directory, "values.json");
  await checks.check("Helm alone makes the same objects with the stack's values", async () => {
    await writeFile(values, await stackValues(directory));
    await helm(directory, ["install", RELEASE, CHART, "--create-namespace", "--values", values]);
    assert.deepEqual(
      comparable(await chartObjects(NAMESPACE)),
      comparable(await chartObjects(RELEASE_NAMESPACE)),
    );
  });
  await checks.check("helm upgrade changes none of them, and helm uninstall leaves nothing", async () => {
    const before = await chartObjects(NAMESPACE);
    await helm(directory, ["upgrade", RELEASE, CHART, "--values", values]);
    assert.deepEqual(await chartObjects(NAMESPACE), before);
    await helm(directory, ["uninstall", RELEASE]);
    assert.deepEqual([await chartObjects(NAMESPACE), await releaseRecords(NAMESPACE)], [[], []]);
    await kubectl(["delete", "namespace", NAMESPACE, "--wait=false"]);
  });
}

async function helm(directory: string, args: readonly string[]): Promise<void> {
  const where = ["--namespace", NAMESPACE, "--kubeconfig", adminKubeconfig()];
  const home = join(directory, "helm");
  const env = { HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home };
  await runCommand(await ensureHelm(), [...args, ...where], { env });
}

/** The values that the cluster's stack hands to its release. */
async function stackValues(directory: string): Promise<string> {
  const stack = JSON.parse(await readFile(join(stackFolder(directory), "cdk.tf.json"), "utf8")) as {
    readonly resource: {
      readonly helm_release: Record<"container_insights", { readonly values: readonly string[] }>;
    };
  };
  const [values = ""] = stack.resource.helm_release.container_insights.values;
  assert.doesNotMatch(values, /[$%]\{/, "values that Terraform would evaluate cannot be handed to Helm");
  return values;
}

/** Objects without what the API server adds to each, and without where they are. */
function comparable(objects: readonly ReleaseObject[]): readonly object[] {
  return objects.map(({ metadata, status: _status, ...rest }) => {
    const annotations = { ...metadata.annotations };
    delete annotations["meta.helm.sh/release-namespace"];
    return { ...rest, metadata: { name: metadata.name, labels: metadata.labels, annotations } };
  });
}
