import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { releaseOf, synthCluster, withClusterStack } from "./cluster-synth.ts";

const GOLDEN = join(import.meta.dirname, "../golden");
const CHART = join(import.meta.dirname, "../../charts/container-insights");

// Arguments of helm_release 3.1.1 that the stand-in of the end-to-end run (1.3.2) does not know.
const NOT_IN_STAND_IN = [
  "pass_credentials",
  "set_list",
  "set_wo",
  "set_wo_revision",
  "take_ownership",
  "timeouts",
  "upgrade_install",
  "wait_for_jobs",
];

function filesBelow(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return Object.fromEntries(
    paths
      .filter((path) => statSync(join(folder, path)).isFile())
      .map((path) => [path, readFileSync(join(folder, path), "utf8")]),
  );
}

describe("the synthesized stack", () => {
  // `UPDATE_GOLDEN=1 npm test` writes them anew. The chart's content hash is masked: files.test.ts looks at the chart.
  test.each([
    ["cluster-eks", {}],
    ["cluster-kubeconfig", { kubeAuth: { kind: "kubeconfig", path: "kubeconfig.yaml", context: "prod" } }],
  ] as const)("is the golden file %s", (name, props) => {
    const file = join(GOLDEN, `${name}.json`);
    const text = withClusterStack(props, (_json, _folder, written) =>
      written.replaceAll(/assets\/chart\/[0-9A-F]{32}/g, "assets/chart/CONTENT-HASH"),
    );
    if (process.env["UPDATE_GOLDEN"]) writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, "utf8"));
  });

  test("derives everything from the cluster's ARN", () => {
    const json = synthCluster({ clusterArn: "arn:aws-us-gov:eks:us-gov-west-1:210987654321:cluster/Data_1" });
    const role =
      "arn:aws-us-gov:iam::210987654321:role/nops-container-cost/nops-container-cost-Data_1_us-gov-west-1-";
    expect(json.provider["aws"]).toEqual([
      { region: "us-gov-west-1", allowed_account_ids: ["210987654321"] },
    ]);
    expect(json.data?.["aws_eks_cluster"]?.["cluster"]?.["name"]).toBe("Data_1");
    expect(json.output["role_arn"]?.value).toMatch(new RegExp(`^${role}[0-9a-f]{8}$`));
    expect(json.output["s3_prefix_url"]?.value).toBe(
      "s3://nops-container-cost-210987654321/container-insights/cluster=210987654321.us-gov-west-1.Data_1",
    );
    expect(releaseOf(json).chartValues).toMatchObject({
      image: { repository: "210987654321.dkr.ecr.us-gov-west-1.amazonaws.com/container-insights-agent" },
      identity: { roleArn: json.output["role_arn"]?.value },
      sink: { url: "s3://nops-container-cost-210987654321", keyPrefix: "container-insights" },
    });
  });

  test("carries the chart, byte for byte, under a name made from its content", () => {
    withClusterStack({}, (json, folder) => {
      const chart = String(releaseOf(json)["chart"]);
      expect(chart).toMatch(/^\$\{path\.module\}\/assets\/chart\/[0-9A-F]{32}$/);
      expect(filesBelow(chart.replace("${path.module}", folder))).toEqual(filesBelow(CHART));
    });
  });

  test("names no path of the machine that it was made on", () => {
    withClusterStack({}, (_json, folder, text) => {
      expect(text).not.toContain(join(CHART, "../.."));
      expect(text).not.toContain(folder);
    });
  });

  test("uses only arguments that the stand-in provider knows too", () => {
    expect(Object.keys(releaseOf(synthCluster())).filter((key) => NOT_IN_STAND_IN.includes(key))).toEqual([]);
  });

  test("checks values while planning and rolls back what fails", () => {
    expect(releaseOf(synthCluster())).toMatchObject({
      lint: true,
      atomic: true,
      cleanup_on_fail: true,
      max_history: 10,
    });
  });

  test("has a namespace under the restricted class, before the release", () => {
    const json = synthCluster();
    expect(json.resource["kubernetes_namespace"]?.["namespace"]?.["metadata"]).toEqual({
      name: "nops",
      labels: {
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
      },
    });
    expect(releaseOf(json)["depends_on"]).toEqual(["kubernetes_namespace.namespace"]);
  });

  test("leaves a namespace alone that somebody else made", () => {
    const json = synthCluster({ createNamespace: false });
    expect(Object.keys(json.resource)).toEqual(["helm_release"]);
    expect(releaseOf(json)["depends_on"]).toEqual([]);
  });

  test("has a state of its own", () => {
    expect(synthCluster().terraform.backend).toEqual({
      local: { path: "../../../terraform-state/clusters/123456789012/eu-west-1/prod.tfstate" },
    });
    const backend = { kind: "s3", bucket: "states", region: "eu-central-1", statePrefix: "team" } as const;
    expect(synthCluster({ backend }).terraform.backend).toEqual({
      s3: {
        bucket: "states",
        region: "eu-central-1",
        key: "team/clusters/123456789012/eu-west-1/prod.tfstate",
        encrypt: true,
        use_lockfile: true,
      },
    });
  });

  test("needs no AWS provider where a kubeconfig says how to reach the cluster", () => {
    const json = synthCluster({ kubeAuth: { kind: "kubeconfig", path: "kubeconfig.yaml" } });
    expect(json.data).toBeUndefined();
    expect(json.provider).toEqual({
      helm: [{ kubernetes: { config_path: "kubeconfig.yaml" } }],
      kubernetes: [{ config_path: "kubeconfig.yaml" }],
    });
    expect(Object.keys(json.terraform.required_providers)).toEqual(["helm", "kubernetes"]);
  });
});

describe("values of the release", () => {
  test("hold what was decided, not the chart's defaults", () => {
    const values = releaseOf(
      synthCluster({ chartValues: { export: { hourly: { maxHours: 6 } } } }),
    ).chartValues;
    expect(values).toMatchObject({ export: { hourly: { maxHours: 6 } } });
    expect(Object.keys(values as object)).toEqual([
      "clusterArn",
      "image",
      "sink",
      "identity",
      "prometheus",
      "openCost",
      "export",
    ]);
  });

  test("are laid over what derives from the props", () => {
    const json = synthCluster({
      namePrefix: "finops",
      keyPrefix: "k8s",
      bucketName: "central",
      bucketRegion: "us-east-1",
      chartValues: { image: { digest: `sha256:${"0".repeat(64)}` }, sink: { keyPrefix: "other" } },
    });
    expect(releaseOf(json).chartValues).toMatchObject({
      image: {
        repository: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/container-insights-agent",
        digest: `sha256:${"0".repeat(64)}`,
      },
      sink: { url: "s3://central", keyPrefix: "other", region: "us-east-1" },
      identity: { roleArn: "arn:aws:iam::123456789012:role/finops/finops-prod_eu-west-1" },
    });
  });

  test("name no role where Pod Identity or keys are used", () => {
    const podIdentity = synthCluster({ chartValues: { identity: { mode: "podIdentity" } } });
    expect(releaseOf(podIdentity).chartValues).toMatchObject({ identity: { mode: "podIdentity" } });
    expect(JSON.stringify(releaseOf(podIdentity).chartValues)).not.toContain("roleArn");
  });

  test("reach Helm as they are, also where they look like Terraform expressions", () => {
    const json = synthCluster({ chartValues: { pod: { annotations: { note: "${var.x} %{ if true }" } } } });
    const [text] = releaseOf(json)["values"] as readonly string[];
    expect(text).toContain('"note": "$${var.x} %%{ if true }"');
  });

  test("are refused at synth, every one with what to do", () => {
    const broken = () =>
      synthCluster({ prometheusUrl: "prometheus:9090", chartValues: { export: { hourly: { minute: 1 } } } });
    expect(broken).toThrow(
      'The chart refuses the values of "arn:aws:eks:eu-west-1:123456789012:cluster/prod":\n' +
        '- prometheus.url is "prometheus:9090"; set it to a base URL, as "http://prometheus-server.monitoring.svc"\n' +
        "- export.hourly.minute is 1, before the last hour has settled",
    );
  });

  test("are refused when a key is unknown", () => {
    const chartValues = JSON.parse('{"exporter": {}}') as object;
    expect(() => synthCluster({ chartValues })).toThrow('- values: Unrecognized key: "exporter"');
  });
});

describe("props of the stack", () => {
  test("an ARN of something else is refused", () => {
    expect(() => synthCluster({ clusterArn: "arn:aws:s3:::bucket" })).toThrow(
      '"arn:aws:s3:::bucket" is not an EKS cluster ARN',
    );
  });

  test("a name prefix that the account stack cannot have is refused", () => {
    expect(() => synthCluster({ namePrefix: "x".repeat(33) })).toThrow(
      "has 33 characters; set the account stack's name_prefix, of 1 to 32",
    );
  });

  test("a partition whose registry is not known needs an image", () => {
    const clusterArn = "arn:aws-iso:eks:us-iso-east-1:123456789012:cluster/prod";
    expect(() => synthCluster({ clusterArn })).toThrow("set chartValues.image.repository");
    const image = { repository: "registry.example/agent" };
    expect(releaseOf(synthCluster({ clusterArn, chartValues: { image } })).chartValues).toMatchObject({
      image,
    });
  });

  test("the stack's id is the cluster's identity", () => {
    withClusterStack({}, (_json, folder) => {
      expect(folder.endsWith("/cluster-123456789012-eu-west-1-prod")).toBe(true);
    });
  });
});
