import type { LivingSeries } from "../history/lifetimes.ts";
import type { PodPlan } from "./plan.ts";
import { constant, states, type Labels } from "./state-series.ts";

const PHASES = ["Pending", "Running", "Succeeded", "Failed", "Unknown"];
const CLASSES = ["Guaranteed", "Burstable", "BestEffort"];

/** Phase, class, times and claims of a pod. It runs all its life. */
export function podStateSeries(pod: PodPlan, named: Labels): LivingSeries[] {
  const { claim = "" } = pod;
  const mounted = { ...named, volume: "data", persistentvolumeclaim: claim };
  return [
    ...states("kube_pod_status_phase", pod, named, "phase", PHASES, "Running"),
    ...states("kube_pod_status_qos_class", pod, named, "qos_class", CLASSES, "Burstable"),
    constant("kube_pod_created", pod, named, pod.from),
    constant("kube_pod_start_time", pod, named, pod.from),
    ...(claim === "" ? [] : [constant("kube_pod_spec_volumes_persistentvolumeclaims_info", pod, mounted)]),
  ];
}
