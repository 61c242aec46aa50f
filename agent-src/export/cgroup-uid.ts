// systemd driver: …/kubepods-burstable-pod0f1e2d3c_4b5a_…slice/cri-containerd-<id>.scope; cgroupfs: /kubepods/burstable/pod0f1e2d3c-4b5a-…/<id>
const POD_CGROUP =
  /[/-]pod([0-9a-f]{8}([-_])[0-9a-f]{4}\2[0-9a-f]{4}\2[0-9a-f]{4}\2[0-9a-f]{12})(?:\.slice)?(?:\/|$)/;

/**
 * The pod's UID out of cAdvisor's `id`, for both cgroup drivers; undefined when it holds none. Static pods have a hash
 * there (32 digits without separators) that the API server does not know as their UID, so it is not taken for one.
 */
export function uidFromCgroup(id: string): string | undefined {
  return POD_CGROUP.exec(id)?.[1]?.replaceAll("_", "-");
}
