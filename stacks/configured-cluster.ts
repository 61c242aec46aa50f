import type { Construct } from "constructs";
import type { ChartValuesInput } from "./chart-values.ts";
import { ClusterStack } from "./cluster-stack.ts";
import { SynthConfigError } from "./config-problems.ts";
import type { BackendConfig, ClusterConfig } from "./synth-config.ts";

/**
 * Adds the stack of one configured cluster.
 * @throws SynthConfigError when the chart refuses its values
 */
export function addClusterStack(
  scope: Construct,
  config: ClusterConfig,
  backend: BackendConfig,
): ClusterStack {
  const { kubeconfig, chartValues, ...rest } = config;
  try {
    return new ClusterStack(scope, {
      ...defined(rest),
      backend,
      ...(kubeconfig ? { kubeAuth: { kind: "kubeconfig", ...defined(kubeconfig) } } : {}),
      // The stack reads these against the chart's schema and reports every value that it does not know.
      ...(chartValues ? { chartValues: chartValues as ChartValuesInput } : {}),
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SynthConfigError(`Cannot use the cluster "${config.clusterArn}": ${reason}`, { cause });
  }
}

/** Zod types an absent field as possibly undefined; the stack's props tell the two apart. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
