import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readObjects } from "../chart-objects.ts";
import type { Checks } from "../checks.ts";
import { runCommand } from "../ground/command.ts";
import { ensureHelm } from "../ground/parts.ts";
import type { S3Keys } from "../ground/s3-access.ts";
import { SECRET } from "./account.ts";

const CHART = join(import.meta.dirname, "../../../charts/container-insights");

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } };
}

interface CronJob {
  readonly jobTemplate: {
    readonly spec: {
      readonly template: {
        readonly spec: { readonly containers: readonly { readonly env: readonly Variable[] }[] };
      };
    };
  };
}

/**
 * Renders the chart with the values of the synthesized cluster stack, and hands its pod the Secret.
 * @param account folder of the account stack, beside which the cluster's is
 * @returns the AWS settings that the pod's container gets
 */
export async function podCredentials(
  checks: Checks,
  account: string,
  directory: string,
  keys: S3Keys,
): Promise<Record<string, string>> {
  const rendered = await renderChart(join(account, "../cluster-123456789012-us-east-1-prod"), directory);
  const pod = readObjects(rendered).flatMap(({ kind, spec }) =>
    kind === "CronJob" ? (spec as CronJob).jobTemplate.spec.template.spec.containers : [],
  );
  await checks.check("the chart asks for no role, and takes both keys from the Secret", () => {
    assert.doesNotMatch(rendered, /eks\.amazonaws\.com\/role-arn/);
    const references = pod.flatMap(({ env }) =>
      env.flatMap(({ name, valueFrom }) => (valueFrom ? [[name, valueFrom.secretKeyRef]] : [])),
    );
    assert.deepEqual(references, [
      ["AWS_ACCESS_KEY_ID", { name: SECRET, key: "AWS_ACCESS_KEY_ID" }],
      ["AWS_SECRET_ACCESS_KEY", { name: SECRET, key: "AWS_SECRET_ACCESS_KEY" }],
    ]);
  });
  const secret: Readonly<Record<string, string>> = {
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  };
  const variables = pod.flatMap(({ env }) => env.filter(({ name }) => name.startsWith("AWS_")));
  return Object.fromEntries(
    variables.map(({ name, value, valueFrom }) => [
      name,
      value ?? secret[valueFrom?.secretKeyRef?.key ?? ""] ?? "",
    ]),
  );
}

async function renderChart(stack: string, directory: string): Promise<string> {
  const { resource } = JSON.parse(await readFile(join(stack, "cdk.tf.json"), "utf8")) as {
    resource: { helm_release: Record<string, { values: readonly string[] }> };
  };
  const [release] = Object.values(resource.helm_release);
  const values = join(directory, "values.json");
  // JSON, which is YAML, without any expression of Terraform.
  await writeFile(values, release?.values[0] ?? "");
  const arguments_ = ["template", "container-insights", CHART, "--namespace", "nops", "-f", values];
  return (await runCommand(await ensureHelm(), arguments_)).stdout;
}
