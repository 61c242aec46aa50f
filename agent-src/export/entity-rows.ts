import pMap from "p-map";
import type { CellValue, Column, Dataset, PrometheusQuery, Row } from "../../contract/datasets/column.ts";
import { COPIES, PRESENCE } from "../../contract/datasets/query-forms.ts";
import type { Hour } from "../../contract/hours.ts";
import { keptName, labelQueries } from "./entity-columns.ts";
import { derivedCells, type EntityView } from "./entity-derived.ts";
import { labelKinds, labelValue, objectOf } from "./entity-labels.ts";
import type { EntityAnswers } from "./entity-answers.ts";
import { createOwnerLookup, type OwnerLookup } from "./entity-lookups.ts";
import { createEntityTable, type Entity, type EntityTable } from "./entity-table.ts";
import { checkPresence, entityWarnings } from "./entity-trust.ts";
import type { OpenHour } from "./hour-source.ts";
import type { HourLabels, LabelCells, ObjectLabels } from "./labels/object-labels.ts";
import { openPrometheusHour, type PrometheusDeps } from "./prometheus-hour.ts";
import type { AskQuery } from "./queries.ts";

/** What a dataset of objects is made from. */
export interface EntityDeps extends PrometheusDeps {
  readonly labels: ObjectLabels;
}

const CONCURRENCY = 4;

/** Opens a dataset of objects: all its queries, folded into one accumulator per object, then the rows by key. */
export function openEntities(dataset: Dataset, deps: EntityDeps): OpenHour<Row> {
  return openPrometheusHour(dataset, deps, async function* ({ hour, signal, ask, warnings }) {
    const labels = await deps.labels.open(labelKinds(dataset), signal);
    const answers = await readAnswers(dataset, ask, labels);
    checkPresence(dataset, answers, hour, deps.jobs);
    yield* buildRows(dataset, deps.clusterArn, hour, answers, labels);
    warnings.push(...entityWarnings(dataset, answers), ...labels.warnings());
  });
}

async function readAnswers(dataset: Dataset, ask: AskQuery, labels: HourLabels): Promise<EntityAnswers> {
  const table = createEntityTable(dataset);
  const owners = createOwnerLookup();
  const ofLabels = labelQueries(dataset);
  const series = new Map<string, number>();
  let presentSeconds: number | undefined;
  let copies = 1;
  const absorb = async (query: PrometheusQuery): Promise<void> => {
    let count = 0;
    for await (const sample of ask(query)) {
      count++;
      if (query.id === PRESENCE.id) presentSeconds = sample.value;
      else if (query.id === COPIES.id) copies = sample.value;
      else if (!query.row) owners.take(sample.labels);
      else if (!ofLabels.has(query.id)) table.take(query, sample);
      else {
        const entity = table.find(query, sample.labels);
        if (entity) labels.addSeries(objectOf(dataset, entity.key), sample.labels);
      }
    }
    series.set(query.id, count);
  };
  // First what makes rows: what only decorates finds them then.
  await pMap(
    dataset.queries.filter(({ decorates }) => !decorates),
    absorb,
    { concurrency: CONCURRENCY },
  );
  await pMap(
    dataset.queries.filter(({ decorates }) => decorates),
    absorb,
    { concurrency: CONCURRENCY },
  );
  return { table, owners, series, presentSeconds, copies };
}

const NO_LABELS: LabelCells = { labels: null, labels_source: null, annotations: null };

type ReadCell = (entity: Entity, view: EntityView, labels: LabelCells) => CellValue;

function* buildRows(
  dataset: Dataset,
  clusterArn: string,
  hour: Hour,
  { table, owners }: EntityAnswers,
  labels: HourLabels,
): Generator<Row, void, undefined> {
  const cells = cellReaders(dataset, table, clusterArn, hour);
  const isLabelled = labelKinds(dataset).length > 0;
  for (const entity of table.entities()) {
    const { key } = entity;
    const own = isLabelled ? labels.cells(objectOf(dataset, key)) : NO_LABELS;
    const view = viewOf(dataset, table, owners, { entity, key }, own);
    const row: Row = {};
    for (const [name, read] of cells) row[name] = read(entity, view, own);
    yield row;
  }
}

function cellReaders(
  dataset: Dataset,
  table: EntityTable,
  clusterArn: string,
  hour: Hour,
): readonly (readonly [string, ReadCell])[] {
  const derived = derivedCells(dataset);
  const reader = ({ name, source }: Column): ReadCell => {
    switch (source.from) {
      case "run":
        return source.value === "hour_start" ? () => hour * 1000 : () => clusterArn;
      case "prometheus":
        return (entity) => table.cell(entity, name);
      case "object":
        return (_, __, labels) => labels[source.part];
      case "derived":
        return (_, view) => derived[name]?.(view) ?? null;
      case "opencost":
        throw new Error(`the column "${name}" of "${dataset.name}" cannot come from OpenCost`);
    }
  };
  return dataset.columns.map((column) => [column.name, reader(column)]);
}

function viewOf(
  dataset: Dataset,
  table: EntityTable,
  owners: OwnerLookup,
  { entity, key }: { readonly entity: Entity; readonly key: readonly string[] },
  labels: LabelCells,
): EntityView {
  return {
    key: (name) => key[dataset.key.indexOf(name)] ?? "",
    cell: (name) => table.cell(entity, name),
    kept: (queryId, label) => table.cell(entity, keptName(queryId, label)) as string | null,
    owners,
    labelValue: (...keys) => labelValue(labels, keys),
  };
}
