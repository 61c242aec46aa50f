/** The parts of a pod that the Pod Security Standards speak about. */
export interface PodSpec {
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext?: SecurityContext & { readonly sysctls?: readonly unknown[] };
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
}

export interface Container {
  readonly name: string;
  readonly ports?: readonly { readonly hostPort?: number }[];
  readonly securityContext?: SecurityContext;
}

interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly procMount?: string;
  /** Not a rule of the class; the chart keeps to it all the same. */
  readonly readOnlyRootFilesystem?: boolean;
  readonly seccompProfile?: { readonly type?: string };
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
}

const VOLUMES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

/**
 * Why the `restricted` class would refuse the pod; nothing when it admits it.
 * Rules: https://kubernetes.io/docs/concepts/security/pod-security-standards/ (AppArmor, SELinux and Windows left out:
 * the chart sets none of them).
 */
export function restrictedViolations(pod: PodSpec): string[] {
  const containers = [...(pod.initContainers ?? []), ...(pod.containers ?? [])];
  return [
    ...(pod.hostNetwork || pod.hostPID || pod.hostIPC ? ["a host namespace is used"] : []),
    ...((pod.securityContext?.sysctls ?? []).length > 0 ? ["sysctls are set"] : []),
    ...(pod.securityContext?.runAsUser === 0 ? ["runAsUser of the pod is 0"] : []),
    ...(pod.volumes ?? [])
      .flatMap((volume) => Object.keys(volume).filter((key) => key !== "name"))
      .filter((type) => !VOLUMES.includes(type))
      .map((type) => `a volume of type ${type} is used`),
    ...(containers.length === 0 ? ["there is no container"] : []),
    ...containers.flatMap((container) =>
      containerViolations(container, pod.securityContext ?? {}).map((why) => `${container.name}: ${why}`),
    ),
  ];
}

function containerViolations(container: Container, pod: SecurityContext): string[] {
  const own = container.securityContext ?? {};
  const seccomp = own.seccompProfile?.type ?? pod.seccompProfile?.type ?? "none";
  const rules: readonly (readonly [boolean, string])[] = [
    [own.privileged === true, "privileged"],
    [own.allowPrivilegeEscalation !== false, "allowPrivilegeEscalation is not false"],
    [!(own.capabilities?.drop ?? []).includes("ALL"), "not all capabilities are dropped"],
    [(own.capabilities?.add ?? []).some((name) => name !== "NET_BIND_SERVICE"), "capabilities are added"],
    [(own.runAsNonRoot ?? pod.runAsNonRoot) !== true, "runAsNonRoot is not true"],
    [own.runAsUser === 0, "runAsUser is 0"],
    [!["RuntimeDefault", "Localhost"].includes(seccomp), `seccomp profile is ${seccomp}`],
    [own.procMount !== undefined && own.procMount !== "Default", "procMount is not Default"],
    [(container.ports ?? []).some(({ hostPort }) => (hostPort ?? 0) !== 0), "a host port is used"],
  ];
  return rules.filter(([broken]) => broken).map(([, why]) => why);
}
