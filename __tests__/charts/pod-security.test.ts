import { describe, expect, test } from "@jest/globals";
import { restrictedViolations, type PodSpec } from "./pod-security.ts";

const container = {
  name: "export",
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
};
const good: PodSpec = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  volumes: [{ name: "tmp", emptyDir: {} }],
  containers: [container],
};

function withContext(context: object): PodSpec {
  return {
    ...good,
    containers: [{ ...container, securityContext: { ...container.securityContext, ...context } }],
  };
}

describe("the rules of the restricted Pod Security class", () => {
  test("admit a pod that meets them", () => {
    expect(restrictedViolations(good)).toEqual([]);
  });

  test.each<[string, PodSpec, string]>([
    ["a host namespace", { ...good, hostNetwork: true }, "a host namespace is used"],
    [
      "a host path",
      { ...good, volumes: [{ name: "root", hostPath: { path: "/" } }] },
      "a volume of type hostPath is used",
    ],
    ["no container", { ...good, containers: [] }, "there is no container"],
    [
      "a pod that may be root",
      { ...good, securityContext: { seccompProfile: { type: "RuntimeDefault" } } },
      "export: runAsNonRoot is not true",
    ],
    [
      "a pod without seccomp",
      { ...good, securityContext: { runAsNonRoot: true } },
      "export: seccomp profile is none",
    ],
    ["root by number", withContext({ runAsUser: 0 }), "export: runAsUser is 0"],
    ["privilege", withContext({ privileged: true }), "export: privileged"],
    [
      "escalation",
      withContext({ allowPrivilegeEscalation: undefined }),
      "export: allowPrivilegeEscalation is not false",
    ],
    ["kept capabilities", withContext({ capabilities: {} }), "export: not all capabilities are dropped"],
    [
      "added capabilities",
      withContext({ capabilities: { drop: ["ALL"], add: ["SYS_PTRACE"] } }),
      "export: capabilities are added",
    ],
    [
      "a host port",
      { ...good, containers: [{ ...container, ports: [{ hostPort: 80 }] }] },
      "export: a host port is used",
    ],
  ])("refuse %s", (_what, pod, why) => {
    expect(restrictedViolations(pod)).toEqual([why]);
  });
});
