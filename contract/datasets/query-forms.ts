import type { Column, ColumnType, ObjectKind, PrometheusQuery } from "./column.ts";
import { atMinuteEnd } from "./container-measures.ts";

/**
 * PromQL of a gauge of kube-state-metrics: its statistic over the hour by `labels`. `max by` takes the same series of
 * two kube-state-metrics once.
 */
export function gaugeOf(statistic: "avg" | "max" | "min", selector: string, labels: string): string {
  return `max by (${labels}) (${statistic}_over_time(${selector}[1h]))`;
}

/**
 * PromQL of the seconds in which a 0-or-1 series was 1, to the minute. Minute by minute over all series of an object, as
 * a kube-state-metrics that moved within the hour tells its second half under another instance. Nothing for what was
 * not scraped within the hour itself, although Prometheus looks five minutes back.
 */
export function secondsOf(selector: string, labels: string): string {
  const minutes = `60 * sum_over_time((max by (${labels}) (${atMinuteEnd(selector)}))[1h:1m])`;
  return `${minutes} and max by (${labels}) (count_over_time(${selector}[1h]))`;
}

/** PromQL of a series whose labels are the answer: its value is 1, and its labels are taken as they are. */
export function labelsOf(selector: string): string {
  return `max_over_time(${selector}[1h])`;
}

/** The query of an object's labels or annotations, as far as kube-state-metrics is told to show them. */
export function labelQuery(
  id: "labels" | "annotations",
  metric: string,
  row: NonNullable<PrometheusQuery["row"]>,
): PrometheusQuery {
  return {
    id,
    promql: labelsOf(`${metric}{$ksm}`),
    metrics: [metric],
    fold: "text",
    mayBeEmpty: true,
    row,
    decorates: true,
    meaning: `${id === "labels" ? "Labels" : "Annotations"}, as far as kube-state-metrics is told to show them`,
  };
}

/**
 * Every dataset of objects asks this one, too: the seconds in which kube-state-metrics was there. An hour without it is
 * no hour without objects.
 */
export const PRESENCE: PrometheusQuery = {
  id: "presence",
  promql: `60 * count_over_time((count(${atMinuteEnd("kube_pod_info{$ksm}")}))[1h:1m]) and count(count_over_time(kube_pod_info{$ksm}[1h]))`,
  metrics: ["kube_pod_info"],
  fold: "max",
  meaning: "Seconds in which kube-state-metrics reported pods",
};

/** How often the same pod is reported at a time: once, unless two kube-state-metrics, or one by two jobs, are scraped. */
export const COPIES: PrometheusQuery = {
  id: "copies",
  // The median, because one that was replaced overlaps with its successor for some minutes.
  promql: `quantile_over_time(0.5, (max(count by (namespace, pod, uid) (${atMinuteEnd("kube_pod_info{$ksm}")})))[1h:5m])`,
  metrics: ["kube_pod_info"],
  fold: "max",
  mayBeEmpty: true,
  meaning: "How many times kube-state-metrics reports the same pod",
};

/** A column of text that rows are found by. */
export function keyColumn(name: string, rule: string, meaning: string): Column {
  return { name, type: "string", nullable: false, source: { from: "derived", rule }, meaning };
}

/** A column that a query's values, or one of its labels, fill. */
export function queried(
  name: string,
  type: ColumnType,
  unit: string | undefined,
  source: Omit<Extract<Column["source"], { from: "prometheus" }>, "from">,
  meaning: string,
): Column {
  return {
    name,
    type,
    ...(unit === undefined ? {} : { unit }),
    nullable: true,
    source: { from: "prometheus", ...source },
    meaning,
  };
}

/** A label of a query's series as a column of text. */
export function labelled(name: string, query: string, label: string, meaning: string): Column {
  return queried(name, "string", undefined, { query, label }, meaning);
}

/** A column whose value the dataset's builder works out. */
export function derived(
  name: string,
  type: ColumnType,
  unit: string | undefined,
  rule: string,
  meaning: string,
): Column {
  return {
    name,
    type,
    ...(unit === undefined ? {} : { unit }),
    nullable: true,
    source: { from: "derived", rule },
    meaning,
  };
}

/** `<state>_seconds` for each state of a query by `label`, 0 where the object was in another state all the time. */
export function secondsColumns(
  query: string,
  label: string,
  states: readonly (readonly [column: string, value: string, meaning: string])[],
): Column[] {
  return states.map(([column, value, meaning]) =>
    queried(
      `${column}_seconds`,
      "double",
      "seconds",
      { query, where: { [label]: value }, absent: 0 },
      `${meaning}, to the minute`,
    ),
  );
}

/** Labels of an object, and where they come from; with annotations where the object's are worth having. */
export function labelColumns(
  kind: ObjectKind,
  query: string | undefined,
  annotations?: { readonly query?: string },
): Column[] {
  const from = { from: "object", kind } as const;
  const asked = query === undefined ? {} : { query };
  const columns: Column[] = [
    {
      name: "labels",
      type: "string",
      nullable: true,
      source: { ...from, part: "labels", ...asked },
      meaning: "Labels as a JSON object, keys sorted",
    },
    {
      name: "labels_source",
      type: "string",
      nullable: true,
      source: { ...from, part: "labels_source", ...asked },
      meaning:
        "kubernetes: keys as they are; kube-state-metrics: keys with every other character than letters and digits as _; null: not known",
    },
  ];
  if (!annotations) return columns;
  return [
    ...columns,
    {
      name: "annotations",
      type: "string",
      nullable: true,
      source: { ...from, part: "annotations", ...annotations },
      meaning: "The annotations that are on the allow-list, as a JSON object; none by default",
    },
  ];
}
