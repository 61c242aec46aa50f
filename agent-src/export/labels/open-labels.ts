import { openMetadataSource, type KubernetesAccess } from "../../adapters/kubernetes/access.ts";
import { createObjectLabels } from "./cluster-labels.ts";
import { createLabelFilter, type LabelFilter } from "./label-filter.ts";
import { DEFAULT_LABEL_SETTINGS, type LabelSettings } from "./label-settings.ts";
import type { ObjectLabels } from "./object-labels.ts";

/** What a user says about labels. */
export interface LabelOptions {
  readonly settings: Omit<LabelSettings, "hashKey">;
  /** Secret key of the hashes. @default the cluster's ARN: pseudonyms that whoever guesses a value can check */
  readonly hashKey?: Uint8Array;
  /** undefined: labels come from kube-state-metrics only. */
  readonly kubernetes?: KubernetesAccess;
}

/** All labels, no annotations, nothing asked of the Kubernetes API. */
export const DEFAULT_LABEL_OPTIONS: LabelOptions = { settings: DEFAULT_LABEL_SETTINGS };

/** What the datasets get their labels through: `filter` for what a source answers with, `objects` for the rest. */
export interface OpenLabels {
  readonly filter: LabelFilter;
  readonly objects: ObjectLabels;
}

/** Prepares the labels of one run. Nothing is asked yet. @throws ConfigError when the API server's URL is none */
export function openLabels(
  { settings, hashKey, kubernetes }: LabelOptions,
  clusterArn: string,
  onRetry?: (text: string) => void,
): OpenLabels {
  const filter = createLabelFilter({ ...settings, hashKey: hashKey ?? clusterArn });
  const source = kubernetes && openMetadataSource(kubernetes, onRetry);
  return {
    filter,
    objects: createObjectLabels({ filter, ...(source ? { source } : {}) }),
  };
}
