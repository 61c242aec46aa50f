import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseClusterArn } from "../../contract/cluster-arn.ts";
import { clusterChartValues } from "../../stacks/cluster-values.ts";
import { BASE_FILE, loadCases, type ValuesCase } from "../charts/cases.ts";
import { objectProblems, readObjects } from "./chart-objects.ts";

/** One check of the chart, for the runner's list. */
export interface ChartCheck {
  readonly name: string;
  readonly passed: boolean;
  /** What was seen; what is wrong, where it did not pass. */
  readonly detail: string;
}

export interface ChartCheckOptions {
  /** The `kubernetes-validate` program (PyPI, 1.37.0), which holds rendered objects against the API's own schemas. */
  readonly kubernetesValidate?: string;
  /** Writes the golden renders anew instead of comparing. */
  readonly updateGolden?: boolean;
}

const ROOT = join(import.meta.dirname, "../..");
const CHART = join(ROOT, "charts/container-insights");
const GOLDEN = join(ROOT, "__tests__/golden");
const KUBERNETES_VERSIONS = ["1.28", "1.34"];

/** Cases whose whole render is kept: one per shape that the objects can take. */
const GOLDEN_CASES = [
  "identity.podIdentity.pass",
  "identity.staticKeys.pass",
  "networkPolicy.narrow.pass",
  "pod.placement.pass",
  "prometheus.bearerToken.pass",
];

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(file: string, args: readonly string[]): Promise<Run> {
  try {
    const { stdout, stderr } = await promisify(execFile)(file, args, { maxBuffer: 2 ** 24 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: unknown; stdout?: string; stderr?: string };
    // A program that could not be started has no number.
    if (typeof code !== "number") throw error;
    return { code, stdout: stdout ?? "", stderr: stderr ?? "" };
  }
}

/** Asks the real Helm: lint, every values case, golden renders, the values of the cluster stack. */
export async function checkChart(helmPath: string, options: ChartCheckOptions = {}): Promise<ChartCheck[]> {
  const checks: ChartCheck[] = [await checkLint(helmPath, []), await checkLint(helmPath, ["-f", BASE_FILE])];
  const folder = await mkdtemp(join(tmpdir(), "chart-checks-"));
  try {
    for (const valuesCase of loadCases()) {
      checks.push(
        valuesCase.passes
          ? await checkRender(helmPath, valuesCase.name, ["-f", BASE_FILE, "-f", valuesCase.file], {
              ...options,
              folder,
              notes: valuesCase.notes,
              ...(GOLDEN_CASES.includes(valuesCase.name) ? { golden: valuesCase.name } : {}),
            })
          : await checkRefusal(helmPath, valuesCase),
      );
    }
    checks.push(
      await checkRender(helmPath, "base", ["-f", BASE_FILE], {
        ...options,
        folder,
        notes: {},
        golden: "base",
      }),
      await checkStackValues(helmPath, folder, options),
      await checkNamespace(helmPath),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
  return checks;
}

async function checkLint(helm: string, values: readonly string[]): Promise<ChartCheck> {
  const { code, stdout, stderr } = await run(helm, [
    "lint",
    "--strict",
    CHART,
    "--namespace",
    "nops",
    ...values,
  ]);
  const name = `helm lint --strict ${values.length > 0 ? "with the least values" : "with the defaults"}`;
  return { name, passed: code === 0, detail: code === 0 ? "no error, no warning" : `${stdout}${stderr}` };
}

function template(helm: string, values: readonly string[], namespace = "nops"): Promise<Run> {
  return run(helm, ["template", "container-insights", CHART, "--namespace", namespace, ...values]);
}

interface RenderOptions extends ChartCheckOptions {
  readonly folder: string;
  readonly notes: Readonly<Record<string, string>>;
  /** Name of the case, where its whole render is kept. */
  readonly golden?: string;
}

async function checkRender(
  helm: string,
  name: string,
  values: readonly string[],
  options: RenderOptions,
): Promise<ChartCheck> {
  const rendered = await template(helm, values);
  const title = `chart ${name} renders`;
  if (rendered.code !== 0) return { name: title, passed: false, detail: rendered.stderr };
  const objects = readObjects(rendered.stdout);
  const problems = [
    ...objectProblems(objects, options.notes),
    ...(options.golden === undefined ? [] : await goldenProblems(options.golden, rendered.stdout, options)),
    ...(options.kubernetesValidate === undefined
      ? []
      : await schemaProblems(options.kubernetesValidate, rendered.stdout, options.folder)),
  ];
  const seen = `${objects.length} objects, restricted${options.golden === undefined ? "" : ", as the golden file"}`;
  return { name: title, passed: problems.length === 0, detail: problems.join("; ") || seen };
}

async function goldenProblems(name: string, text: string, options: ChartCheckOptions): Promise<string[]> {
  const file = join(GOLDEN, `cluster-chart-${name.replace(/\.pass$/, "")}.yaml`);
  if (options.updateGolden) await writeFile(file, text);
  const golden = await readFile(file, "utf8").catch(() => "");
  return golden === text ? [] : [`the render is not ${file.slice(ROOT.length + 1)}`];
}

async function schemaProblems(program: string, text: string, folder: string): Promise<string[]> {
  const file = join(folder, "rendered.yaml");
  await writeFile(file, text);
  const problems: string[] = [];
  for (const version of KUBERNETES_VERSIONS) {
    const { code, stdout, stderr } = await run(program, ["-k", version, "--strict", file]);
    const errors = `${stdout}${stderr}`.split("\n").filter((line) => !line.startsWith("INFO"));
    if (code !== 0) problems.push(`Kubernetes ${version} refuses it: ${errors.join(" ").trim()}`);
  }
  return problems;
}

async function checkRefusal(helm: string, valuesCase: ValuesCase): Promise<ChartCheck> {
  const { code, stderr } = await template(helm, ["-f", BASE_FILE, "-f", valuesCase.file]);
  const name = `chart ${valuesCase.name} is refused`;
  const expected = valuesCase.notes["expect"] ?? valuesCase.notes["helm"];
  if (expected === undefined) return { name, passed: false, detail: "the case names no message" };
  if (code === 0) return { name, passed: false, detail: `rendered, instead of: ${expected}` };
  const passed = stderr.includes(expected);
  return { name, passed, detail: passed ? expected : `expected "${expected}", got "${stderr.trim()}"` };
}

async function checkStackValues(
  helm: string,
  folder: string,
  options: ChartCheckOptions,
): Promise<ChartCheck> {
  const cluster = parseClusterArn("arn:aws:eks:eu-west-1:123456789012:cluster/prod");
  const values = clusterChartValues(cluster, {
    bucket: "nops-container-cost-123456789012",
    keyPrefix: "container-insights",
    roleArn: "arn:aws:iam::123456789012:role/nops-container-cost/nops-container-cost-prod_eu-west-1",
    prometheusUrl: "http://prometheus-server.monitoring.svc",
    openCostUrl: "http://opencost.opencost.svc:9003",
  });
  const file = join(folder, "stack-values.json");
  await writeFile(file, JSON.stringify(values));
  return checkRender(helm, "with the values of the cluster stack", ["-f", file], {
    ...options,
    folder,
    notes: {},
  });
}

/** The one rule that only Helm can check: which namespace it installs into. */
async function checkNamespace(helm: string): Promise<ChartCheck> {
  const name = "chart in another namespace is refused, except with keys";
  const wrong = await template(helm, ["-f", BASE_FILE], "default");
  const keys = join(ROOT, "__tests__/charts/cases/identity.staticKeys.pass.yaml");
  const withKeys = await template(helm, ["-f", BASE_FILE, "-f", keys], "default");
  const expected = `the release's namespace is "default", but the cluster's role trusts service accounts of "nops" only; install with --namespace nops`;
  const passed = wrong.code !== 0 && wrong.stderr.includes(expected) && withKeys.code === 0;
  return { name, passed, detail: passed ? expected : `${wrong.stderr}${withKeys.stderr}` };
}
