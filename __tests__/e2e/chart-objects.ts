import { parseAllDocuments } from "yaml";
import { restrictedViolations, type Container, type PodSpec } from "../charts/pod-security.ts";

/** A rendered object, as far as the checks read it. */
export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: unknown;
  readonly data?: Readonly<Record<string, string>>;
}

interface CronJobSpec {
  readonly schedule: string;
  readonly concurrencyPolicy?: string;
  readonly jobTemplate: { readonly spec: { readonly template: { readonly spec: ExportPod } } };
}

interface ExportPod extends PodSpec {
  readonly automountServiceAccountToken?: boolean;
  readonly containers: readonly ExportContainer[];
}

interface ExportContainer extends Container {
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly resources?: {
    readonly requests?: Readonly<Record<string, unknown>>;
    readonly limits?: Readonly<Record<string, unknown>>;
  };
}

const KINDS = ["ConfigMap", "CronJob", "NetworkPolicy", "ServiceAccount"];

export function readObjects(text: string): KubernetesObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [problem] = document.errors;
    if (problem) throw problem;
    const object = document.toJS() as KubernetesObject | null;
    return object === null ? [] : [object];
  });
}

/** What is wrong with the objects of a release; `notes` are what the values case expects of them. */
export function objectProblems(
  objects: readonly KubernetesObject[],
  notes: Readonly<Record<string, string>>,
): string[] {
  const jobs = objects.filter(({ kind }) => kind === "CronJob");
  return [
    ...objects.flatMap(identityProblems),
    ...(jobs.length === 1 ? [] : [`there are ${jobs.length} CronJobs instead of one`]),
    ...jobs.flatMap((job) => jobProblems(job.spec as CronJobSpec, notes)),
  ];
}

function identityProblems({ kind, metadata }: KubernetesObject): string[] {
  const at = `${kind} ${metadata.name}`;
  return [
    ...(KINDS.includes(kind) ? [] : [`${at} is of a kind that the chart should not make`]),
    ...(metadata.namespace === "nops" ? [] : [`${at} is in the namespace "${String(metadata.namespace)}"`]),
    ...(metadata.labels?.["app.kubernetes.io/instance"] === "container-insights"
      ? []
      : [`${at} is not labelled as the release's`]),
  ];
}

function jobProblems(spec: CronJobSpec, notes: Readonly<Record<string, string>>): string[] {
  const pod = spec.jobTemplate.spec.template.spec;
  const problems = [
    ...restrictedViolations(pod),
    ...(pod.automountServiceAccountToken === false ? [] : ["the pod mounts a token for the Kubernetes API"]),
    ...(spec.concurrencyPolicy === "Forbid" ? [] : ["runs can overlap"]),
    ...expected("schedule", notes["schedule"], spec.schedule),
  ];
  for (const { name, image, resources, securityContext } of pod.containers) {
    if (securityContext?.readOnlyRootFilesystem !== true)
      problems.push(`${name}: the root file system can be written`);
    if (resources?.requests?.["memory"] === undefined || resources.limits?.["memory"] === undefined) {
      problems.push(`${name}: memory is not requested and limited`);
    }
    problems.push(...expected("image", notes["image"], image));
  }
  return problems;
}

function expected(what: string, wanted: string | undefined, found: string): string[] {
  return wanted === undefined || wanted === found ? [] : [`${what} is "${found}" instead of "${wanted}"`];
}

/**
 * Arguments and environment of the export container, from the CronJob and its ConfigMap: what a process on this machine
 * needs to be that container. Variables that come from a Secret are left out.
 */
export function exportCommand(objects: readonly KubernetesObject[]): {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
} {
  const settings = objects.find(({ kind }) => kind === "ConfigMap")?.data ?? {};
  const job = objects.find(({ kind }) => kind === "CronJob")?.spec as CronJobSpec | undefined;
  const container = job?.jobTemplate.spec.template.spec.containers.find(({ name }) => name === "export");
  if (container === undefined) throw new Error("The release has no export container");
  const own = (container.env ?? []).flatMap(({ name, value }) =>
    value === undefined ? [] : [[name, value]],
  );
  return { args: container.args ?? [], env: { ...settings, ...Object.fromEntries(own) } };
}
