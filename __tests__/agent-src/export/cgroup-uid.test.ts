import { describe, expect, test } from "@jest/globals";
import { uidFromCgroup } from "../../../agent-src/export/cgroup-uid.ts";

const UID = "42b38c48-c8d5-4104-9553-a5a271248dad";
const UNDERSCORED = UID.replaceAll("-", "_");

describe("a pod's uid in cAdvisor's id", () => {
  test.each([
    [
      "cgroupfs, as a real kubelet 1.34 reports it",
      `/kubepods/burstable/pod${UID}/a3ba6ec15665361de406bebea45fda3d`,
    ],
    ["cgroupfs, guaranteed", `/kubepods/pod${UID}/a3ba6ec1`],
    ["the pod's own cgroup", `/kubepods/besteffort/pod${UID}`],
    [
      "systemd",
      `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UNDERSCORED}.slice/cri-containerd-a3.scope`,
    ],
    ["systemd, guaranteed", `/kubepods.slice/kubepods-pod${UNDERSCORED}.slice/cri-containerd-a3.scope`],
    [
      "systemd in a nested kubelet",
      `/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${UNDERSCORED}.slice/x`,
    ],
  ])("%s", (_, id) => {
    expect(uidFromCgroup(id)).toBe(UID);
  });

  test.each([
    ["no id, as where a scrape drops it", ""],
    ["the root", "/"],
    ["a system service", "/system.slice/containerd.service"],
    [
      "a static pod, whose hash the API server does not know",
      "/kubepods/burstable/pod9b7c0c5a8f0f4f4e8d1d2a3b4c5d6e7f/x",
    ],
    ["mixed separators", "/kubepods/pod42b38c48-c8d5_4104-9553-a5a271248dad/x"],
    ["something longer", `/kubepods/pod${UID}0/x`],
  ])("none in %s", (_, id) => {
    expect(uidFromCgroup(id)).toBeUndefined();
  });
});
