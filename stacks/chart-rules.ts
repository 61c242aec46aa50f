/** The values that rules are about; `ChartValues` has them all. */
export interface RuledValues {
  readonly clusterArn: string;
  readonly image: { readonly repository: string; readonly digest: string };
  readonly sink: { readonly url: string; readonly keyPrefix: string };
  readonly identity: {
    readonly mode: "irsa" | "podIdentity" | "staticKeys";
    readonly roleArn: string;
    readonly staticKeys: { readonly existingSecret: string };
  };
  readonly prometheus: {
    readonly url: string;
    readonly kubeStateMetricsJob: string;
    readonly cadvisorJob: string;
  };
  readonly openCost: { readonly url: string };
  readonly export: { readonly hourly: { readonly minute: number | null; readonly settleSeconds: number } };
}

/** A value that breaks a rule: where it is, and what to do about it. */
export interface ChartProblem {
  readonly path: readonly string[];
  readonly message: string;
}

// The same rules, in the same words, are in the chart's templates/_validation.tpl, for whoever installs with Helm alone.
// The cases in __tests__/charts/cases run against both, so that they cannot drift apart.

const CLUSTER_ARN =
  /^arn:aws[a-z-]*:eks:[a-z]{2}[a-z-]*-\d{1,2}:\d{12}:cluster\/[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;
const BUCKET_URL = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const KEY_PREFIX = /^([A-Za-z0-9_][A-Za-z0-9_.=-]*(\/[A-Za-z0-9_][A-Za-z0-9_.=-]*)*)?$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const WEB_URL = /^https?:\/\/[^/?#\s]+(\/[^?#\s]*)?$/;
const URL_WITH_CREDENTIALS = /^https?:\/\/[^/?#]*@/;

/** All rules that `values` break, in the order of the values. Nothing when there are none. */
export function checkChartRules(values: RuledValues): ChartProblem[] {
  return [
    ...clusterRules(values),
    ...imageRules(values),
    ...sinkRules(values),
    ...identityRules(values),
    ...urlRules(["prometheus", "url"], values.prometheus.url, "http://prometheus-server.monitoring.svc"),
    ...when(
      values.prometheus.kubeStateMetricsJob === "",
      ["prometheus", "kubeStateMetricsJob"],
      `prometheus.kubeStateMetricsJob is ""; set it to kube-state-metrics' job label, because OpenCost re-emits its metrics under its own`,
    ),
    ...jobRules("cadvisorJob", values.prometheus.cadvisorJob),
    ...jobRules("kubeStateMetricsJob", values.prometheus.kubeStateMetricsJob),
    ...urlRules(["openCost", "url"], values.openCost.url, "http://opencost.opencost.svc:9003"),
    ...scheduleRules(values),
  ];
}

function when(broken: boolean, path: readonly string[], message: string): ChartProblem[] {
  return broken ? [{ path, message }] : [];
}

function clusterRules({ clusterArn }: RuledValues): ChartProblem[] {
  return when(
    !CLUSTER_ARN.test(clusterArn),
    ["clusterArn"],
    `clusterArn is "${clusterArn}", which is not the ARN of an EKS cluster; set it in the form "arn:aws:eks:eu-west-1:123456789012:cluster/prod"`,
  );
}

function imageRules({ image }: RuledValues): ChartProblem[] {
  return [
    ...when(
      image.repository === "",
      ["image", "repository"],
      `image.repository is ""; set it to the repository that the image of agent-src/Containerfile was pushed to`,
    ),
    ...when(
      image.digest !== "" && !DIGEST.test(image.digest),
      ["image", "digest"],
      `image.digest is "${image.digest}"; set it to "sha256:" and 64 hex digits, or leave it empty and set image.tag`,
    ),
  ];
}

function sinkRules({ sink }: RuledValues): ChartProblem[] {
  return [
    ...when(
      !BUCKET_URL.test(sink.url),
      ["sink", "url"],
      `sink.url is "${sink.url}"; set it to "s3://<bucket>", with the prefix in sink.keyPrefix`,
    ),
    ...when(
      !KEY_PREFIX.test(sink.keyPrefix),
      ["sink", "keyPrefix"],
      `sink.keyPrefix is "${sink.keyPrefix}"; use letters, digits, "_", "-", "." and single slashes between, as in "container-insights"`,
    ),
  ];
}

function identityRules({ identity }: RuledValues): ChartProblem[] {
  const { mode, roleArn } = identity;
  const { existingSecret } = identity.staticKeys;
  return [
    ...when(
      mode === "irsa" && !ROLE_ARN.test(roleArn),
      ["identity", "roleArn"],
      `identity.roleArn is "${roleArn}", which is not the ARN of an IAM role; set it to the cluster's role, or set identity.mode to "podIdentity" or "staticKeys"`,
    ),
    // An annotation would win over Pod Identity, and the pod would run as a role nobody meant.
    ...when(
      mode !== "irsa" && roleArn !== "",
      ["identity", "roleArn"],
      `identity.roleArn is "${roleArn}" but identity.mode is "${mode}"; remove the ARN, or set identity.mode to "irsa"`,
    ),
    ...when(
      mode === "staticKeys" && existingSecret === "",
      ["identity", "staticKeys", "existingSecret"],
      `identity.staticKeys.existingSecret is ""; set it to a Secret with the keys AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`,
    ),
    ...when(
      mode !== "staticKeys" && existingSecret !== "",
      ["identity", "staticKeys", "existingSecret"],
      `identity.staticKeys.existingSecret is "${existingSecret}" but identity.mode is "${mode}"; remove the Secret, or set identity.mode to "staticKeys"`,
    ),
  ];
}

function urlRules(path: readonly [string, string], url: string, example: string): ChartProblem[] {
  const name = path.join(".");
  // Not quoted: the value holds a secret.
  if (URL_WITH_CREDENTIALS.test(url)) {
    return [
      {
        path,
        message: `${name} holds a user name or password, which anyone who reads ConfigMaps would see; remove it from the URL`,
      },
    ];
  }
  return when(!WEB_URL.test(url), path, `${name} is "${url}"; set it to a base URL, as "${example}"`);
}

/** Whether Prometheus can compile a regular expression. Its syntax is RE2's: what only RE2 has is put into JavaScript's words. */
function compiles(pattern: string): boolean {
  // Look-around and back references are JavaScript's only.
  if (/\(\?<?[=!]|\\[1-9]/.test(pattern)) return false;
  const translated = pattern
    .replaceAll(/\(\?[imsU-]+\)/g, "")
    .replaceAll(/\(\?[imsU-]+:/g, "(?:")
    .replaceAll("(?P<", "(?<");
  try {
    new RegExp(translated);
    return true;
  } catch {
    return false;
  }
}

function jobRules(name: "kubeStateMetricsJob" | "cadvisorJob", job: string): ChartProblem[] {
  return when(
    !compiles(job),
    ["prometheus", name],
    `prometheus.${name} is "${job}", which Prometheus cannot read as a regular expression; close every parenthesis and bracket, as in "(a|b)-metrics"`,
  );
}

function scheduleRules(values: RuledValues): ChartProblem[] {
  const { minute, settleSeconds } = values.export.hourly;
  const settled = Math.ceil(settleSeconds / 60);
  return when(
    minute !== null && minute < settled,
    ["export", "hourly", "minute"],
    `export.hourly.minute is ${minute}, before the last hour has settled (export.hourly.settleSeconds is ${settleSeconds}), so every hour would come an hour late; set it to ${settled} or more`,
  );
}
