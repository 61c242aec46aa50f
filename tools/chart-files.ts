import { join } from "node:path";
import { format } from "prettier";
import { stringify } from "yaml";
import { z } from "zod";
import type { GeneratedFile } from "./generated-file.ts";
import { ChartValues } from "../stacks/chart-values.ts";

const CHART = "charts/container-insights";

/** The part of JSON Schema that the values use. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** One leaf of the values: what a person can set. */
interface Leaf {
  readonly path: string;
  readonly type: string;
  readonly fallback: unknown;
  readonly meaning: string;
}

/** values.yaml, values.schema.json and README.md of the chart, all made from `ChartValues`. */
export async function chartFiles(): Promise<GeneratedFile[]> {
  const schema = valuesSchema();
  const files: readonly GeneratedFile[] = [
    { path: `${CHART}/values.schema.json`, content: JSON.stringify(schema) },
    { path: `${CHART}/values.yaml`, content: valuesYaml(schema) },
    { path: `${CHART}/README.md`, content: readme(schema) },
  ];
  return Promise.all(
    files.map(async ({ path, content }) => ({
      path,
      content: await format(content, { printWidth: 110, filepath: join("/", path) }),
    })),
  );
}

/** The schema that Helm checks values with. Draft 7 is the newest that every Helm since 3.0 reads. */
export function valuesSchema(): Schema {
  return z.toJSONSchema(ChartValues, {
    target: "draft-7",
    // As written: what has a default may be left out.
    io: "input",
    // An object's default is made of its members' defaults; a second one would only say so again, empty.
    override: ({ jsonSchema }) => {
      const names = Object.keys(jsonSchema.properties ?? {});
      if (names.length === 0) return;
      delete jsonSchema.default;
      if (jsonSchema.additionalProperties === false) jsonSchema.required = names.filter(isNeeded);
    },
  }) as Schema;
}

/**
 * Helm checks the values with values.yaml below them, so a value can be missing only because it was set to null, and the
 * templates would render nothing, or 0. Null means something for the minute alone; a parent chart owns the globals.
 */
function isNeeded(name: string): boolean {
  return name !== "minute" && name !== "global";
}

function isGroup(schema: Schema): boolean {
  return Object.keys(schema.properties ?? {}).length > 0;
}

function valuesYaml(schema: Schema): string {
  return [
    "# Values of the chart container-insights. Generated from stacks/chart-values.ts by `npm run generate`.",
    ...yamlLines(schema, ""),
    "",
  ].join("\n");
}

function yamlLines(schema: Schema, indent: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const comment = value.description === undefined ? [] : [`${indent}# -- ${value.description}`];
    const gap = indent === "" ? [""] : [];
    if (isGroup(value)) return [...gap, ...comment, `${indent}${key}:`, ...yamlLines(value, `${indent}  `)];
    const text = stringify({ [key]: value.default ?? null }).trimEnd();
    return [...gap, ...comment, ...text.split("\n").map((line) => indent + line)];
  });
}

function leaves(schema: Schema, path: string): Leaf[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const here = path === "" ? key : `${path}.${key}`;
    if (isGroup(value)) return leaves(value, here);
    const meaning = value.description ?? "";
    return [{ path: here, type: typeName(value), fallback: value.default ?? null, meaning }];
  });
}

function typeName(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(" or ");
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeName).join(" or ");
  if (schema.type === "array") return `list of ${schema.items?.type ?? "anything"}s`;
  return schema.type ?? "anything";
}

function readme(schema: Schema): string {
  const rows = leaves(schema, "").map(
    ({ path, type, fallback, meaning }) =>
      `| \`${path}\` | ${type} | \`${JSON.stringify(fallback)}\` | ${meaning.replaceAll("|", "\\|")} |`,
  );
  return `<!-- Generated from stacks/chart-values.ts by \`npm run generate\`. -->

# container-insights

An hourly CronJob that exports container cost and usage of an EKS cluster from Prometheus and OpenCost to typed Parquet in
your own S3 bucket. Nothing else: no cluster role, no CRD, no pod that runs all day.

## Install

Terraform does it for you (\`stacks/cluster-stack.ts\`). By hand, into the namespace \`nops\`, because the cluster's role
trusts service accounts of that namespace only:

\`\`\`sh
helm upgrade --install container-insights charts/container-insights --namespace nops --create-namespace \\
  --set clusterArn=arn:aws:eks:eu-west-1:123456789012:cluster/prod \\
  --set image.repository=123456789012.dkr.ecr.eu-west-1.amazonaws.com/container-insights-agent \\
  --set sink.url=s3://nops-container-cost-123456789012 \\
  --set identity.roleArn=arn:aws:iam::123456789012:role/nops-container-cost/nops-container-cost-prod_eu-west-1 \\
  --set prometheus.url=http://prometheus-server.monitoring.svc \\
  --set openCost.url=http://opencost.opencost.svc:9003
\`\`\`

The image is built from [agent-src/Containerfile](../../agent-src/Containerfile); its first lines say how.

## What it installs

| object | name |
|---|---|
| CronJob | \`container-insights-export-hourly\` |
| ServiceAccount | \`nops-container-insights\` |
| ConfigMap | \`container-insights-export\` |
| NetworkPolicies | \`container-insights-default-deny\`, \`container-insights-export\` |

The pods meet the \`restricted\` Pod Security class and have no token for the Kubernetes API. Whether the NetworkPolicies are
enforced is up to the cluster's network plugin; with the VPC CNI it is a setting (\`enableNetworkPolicy\`). Their ports are those
of the pods, not of the Services. A Prometheus outside the cluster on another port than 443 needs a rule in
\`networkPolicy.extraEgress\`.

## Values

| value | type | default | meaning |
|---|---|---|---|
${rows.join("\n")}
`;
}
