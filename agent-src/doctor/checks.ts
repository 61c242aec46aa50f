import type { Check } from "./check.ts";
import { openCostClock, prometheusClock, sinkClock } from "./checks/clock.ts";
import { reEmitted, twoKubeStateMetrics, twoKubeletScrapes, twoNodePrices } from "./checks/duplicates.ts";
import { apiCheck, authCheck, tlsCheck } from "./checks/identity.ts";
import { cadvisorInterval, kubeStateMetricsInterval } from "./checks/interval.ts";
import { cadvisorJob, kubeStateMetricsJob } from "./checks/jobs.ts";
import { exportFailures, exportGaps, exportLag } from "./checks/ledger.ts";
import { metrics } from "./checks/metrics.ts";
import { openCostHour, prices } from "./checks/opencost-hour.ts";
import { connectionCheck, dnsCheck } from "./checks/reach.ts";
import { retention } from "./checks/retention.ts";
import { sinkFolder, sinkIdentity, sinkOwner, sinkRegion } from "./checks/sink-place.ts";
import { sinkWrite } from "./checks/sink-write.ts";
import { openCostVersion, prometheusVersion } from "./checks/versions.ts";

/** Every check, in the order in which they run: what others need comes first. */
export const CHECKS: readonly Check[] = [
  dnsCheck("prometheus"),
  connectionCheck("prometheus"),
  tlsCheck("prometheus"),
  authCheck("prometheus"),
  apiCheck("prometheus"),
  prometheusVersion,
  prometheusClock,
  retention,
  kubeStateMetricsJob,
  cadvisorJob,
  metrics,
  kubeStateMetricsInterval,
  cadvisorInterval,
  reEmitted,
  twoKubeStateMetrics,
  twoKubeletScrapes,
  twoNodePrices,
  dnsCheck("opencost"),
  connectionCheck("opencost"),
  tlsCheck("opencost"),
  authCheck("opencost"),
  apiCheck("opencost"),
  openCostVersion,
  openCostClock,
  openCostHour,
  prices,
  dnsCheck("sink"),
  connectionCheck("sink"),
  sinkIdentity,
  sinkRegion,
  sinkClock,
  sinkFolder,
  sinkWrite,
  sinkOwner,
  exportLag,
  exportGaps,
  exportFailures,
];
