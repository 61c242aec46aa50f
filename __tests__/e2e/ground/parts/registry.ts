import { FAULT_PROXY } from "../fault-proxy/part.ts";
import { GPU_METRICS } from "../gpu/part.ts";
import { GENERATED_OPENCOST, GENERATED_PROMETHEUS } from "../generator/parts.ts";
import { TERRAFORM_PROVIDERS } from "../kubernetes/cluster-stack-providers.ts";
import { CONTROL_PLANE } from "../kubernetes/control-plane.ts";
import { ETCD } from "../kubernetes/etcd.ts";
import { IDENTITY } from "../kubernetes/identity.ts";
import { KWOK } from "../kubernetes/kwok.ts";
import { NODE } from "../kubernetes/node.ts";
import { STATE_METRICS } from "../kubernetes/state-metrics.ts";
import { PROMETHEUS_LIVE } from "../prometheus-3/part.ts";
import { VICTORIA_METRICS } from "../victoria-metrics/part.ts";
import { COSIGN } from "./cosign.ts";
import { HELM } from "./helm.ts";
import type { Part } from "./part.ts";
import { SPARK } from "./spark.ts";
import { MINISTACK, OPENCOST, PROMETHEUS, S3 } from "./services.ts";

/** Every part of the ground, what is needed before what needs it. */
export const PARTS: readonly Part[] = [
  PROMETHEUS,
  OPENCOST,
  MINISTACK,
  S3,
  FAULT_PROXY,
  GPU_METRICS,
  ETCD,
  CONTROL_PLANE,
  IDENTITY,
  NODE,
  KWOK,
  STATE_METRICS,
  PROMETHEUS_LIVE,
  VICTORIA_METRICS,
  TERRAFORM_PROVIDERS,
  HELM,
  COSIGN,
  SPARK,
  GENERATED_PROMETHEUS,
  GENERATED_OPENCOST,
];
