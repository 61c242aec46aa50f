import { describe, expect, test } from "@jest/globals";
import { TransientError } from "../../../../agent-src/export/errors.ts";
import {
  createObjectLabels,
  ListExpiredError,
  type MetadataSource,
} from "../../../../agent-src/export/labels/cluster-labels.ts";
import { createLabelFilter } from "../../../../agent-src/export/labels/label-filter.ts";
import {
  DEFAULT_LABEL_SETTINGS,
  type LabelSettings,
} from "../../../../agent-src/export/labels/label-settings.ts";
import type { ObjectMetadata } from "../../../../agent-src/export/labels/label-store.ts";

const never = new AbortController().signal;
const WEB = { kind: "Pod", namespace: "shop", name: "web-1", uid: "u1" };
const SERIES = {
  namespace: "shop",
  pod: "web-1",
  uid: "u1",
  label_app_kubernetes_io_name: "old",
  annotation_note: "n",
};
const UNKNOWN = { labels: null, labels_source: null, annotations: null };

function pod(more: Partial<ObjectMetadata> = {}): ObjectMetadata {
  return {
    namespace: "shop",
    name: "web-1",
    uid: "u1",
    labels: { "app.kubernetes.io/name": "web" },
    annotations: { note: "n" },
    ...more,
  };
}

/** What each list gives, in the order in which they are asked for: objects, then perhaps an error. */
type Answer = readonly (ObjectMetadata | Error)[];

interface FakeSource extends MetadataSource {
  readonly asked: string[];
}

function sourceOf(...answers: readonly Answer[]): FakeSource {
  const asked: string[] = [];
  return {
    asked,
    has: (kind) => kind !== "ScaledJob",
    async *list(kind) {
      asked.push(kind);
      for (const item of answers[asked.length - 1] ?? []) {
        if (item instanceof Error) throw item;
        yield item;
      }
    },
  };
}

function labelsOf(source?: MetadataSource, settings: Partial<LabelSettings> = {}) {
  const filter = createLabelFilter({ ...DEFAULT_LABEL_SETTINGS, hashKey: "0123456789abcdef", ...settings });
  return createObjectLabels({ filter, ...(source ? { source } : {}) });
}

describe("labels of the Kubernetes API", () => {
  test("have their original keys, and annotations only those that are allowed", async () => {
    const plain = await labelsOf(sourceOf([pod()])).open(["Pod"], never);
    expect(plain.cells(WEB)).toEqual({
      labels: '{"app.kubernetes.io/name":"web"}',
      labels_source: "kubernetes",
      annotations: null,
    });
    const noted = await labelsOf(sourceOf([pod()]), { annotationAllow: ["note"] }).open(["Pod"], never);
    expect(noted.cells(WEB).annotations).toBe('{"note":"n"}');
    expect(noted.warnings()).toEqual([]);
  });

  test("an object without labels has none, which is known", async () => {
    const hour = await labelsOf(sourceOf([pod({ labels: {} })])).open(["Pod"], never);
    expect(hour.cells(WEB)).toEqual({ labels: "{}", labels_source: "kubernetes", annotations: null });
  });

  test("are found without a UID where none is known", async () => {
    const node = pod({ namespace: "", name: "n1" });
    const hour = await labelsOf(sourceOf([node])).open(["Node"], never);
    expect(hour.cells({ kind: "Node", namespace: "", name: "n1" }).labels_source).toBe("kubernetes");
  });

  test("of another object of the same name are not those", async () => {
    const hour = await labelsOf(sourceOf([pod({ uid: "u2" })])).open(["Pod"], never);
    hour.addSeries(WEB, SERIES);
    expect(hour.cells(WEB)).toEqual({
      labels: '{"app_kubernetes_io_name":"old"}',
      labels_source: "kube-state-metrics",
      annotations: null,
    });
    expect(hour.cells({ ...WEB, uid: "u2" }).labels).toBe('{"app.kubernetes.io/name":"web"}');
  });

  test("of another kind are not those", async () => {
    const hour = await labelsOf(sourceOf([pod()])).open(["Pod"], never);
    expect(hour.cells({ ...WEB, kind: "Job" })).toEqual(UNKNOWN);
  });

  test("are asked for once in a run, whatever number of hours and datasets wants them", async () => {
    const source = sourceOf([pod()], [pod()]);
    const labels = labelsOf(source);
    const hours = await Promise.all([
      labels.open(["Pod"], never),
      labels.open(["Pod", "Node"], never),
      labels.open(["Pod"], never),
    ]);
    expect(source.asked).toEqual(["Pod", "Node"]);
    expect(hours.map((hour) => hour.cells(WEB).labels_source)).toEqual(Array(3).fill("kubernetes"));
  });

  test("take a kind that nobody lists for one without labels", async () => {
    const source = sourceOf();
    const hour = await labelsOf(source).open(["ScaledJob"], never);
    expect([source.asked, hour.cells({ ...WEB, kind: "ScaledJob" })]).toEqual([[], UNKNOWN]);
  });
});

describe("a list that fails", () => {
  const REFUSED = new Error('The Kubernetes API refused to list "pods" (403)');
  const TOLD =
    'The Kubernetes API refused to list "pods" (403); labels come from kube-state-metrics, with sanitised keys';

  test("leaves the kind to kube-state-metrics, with a warning in each hour, and the others to the API", async () => {
    const labels = labelsOf(sourceOf([pod(), REFUSED], [pod({ name: "n1", namespace: "" })]));
    for (let hour = 0; hour < 2; hour++) {
      const read = await labels.open(["Pod", "Node"], never);
      read.addSeries(WEB, SERIES);
      expect(read.cells(WEB).labels_source).toBe("kube-state-metrics");
      expect(read.cells({ kind: "Node", namespace: "", name: "n1" }).labels_source).toBe("kubernetes");
      expect(read.warnings()).toEqual([TOLD]);
    }
  });

  test("because it expired is read again, and what the first one had is forgotten", async () => {
    const gone = pod({ name: "gone", uid: "u9" });
    const source = sourceOf([gone, new ListExpiredError("410")], [pod()]);
    const hour = await labelsOf(source).open(["Pod"], never);
    expect(source.asked).toHaveLength(2);
    expect(hour.cells(WEB).labels_source).toBe("kubernetes");
    expect(hour.cells({ ...WEB, name: "gone", uid: "u9" }).labels_source).toBeNull();
  });

  test("because it always expires is given up after three times", async () => {
    const expired = new ListExpiredError("no longer there");
    const source = sourceOf([expired], [expired], [expired], [pod()]);
    const hour = await labelsOf(source).open(["Pod"], never);
    expect(source.asked).toHaveLength(3);
    expect(hour.warnings()).toEqual([
      "no longer there; labels come from kube-state-metrics, with sanitised keys",
    ]);
  });

  test("for want of an answer, twice, ends the asking", async () => {
    const silent = new TransientError("no answer within 30 s");
    const source = sourceOf([silent], [silent], [pod()]);
    const hour = await labelsOf(source).open(["Pod", "Node", "Namespace"], never);
    expect(source.asked).toEqual(["Pod", "Node"]);
    expect(hour.warnings().at(-1)).toBe(
      "The Kubernetes API was not asked for the kind Namespace after 2 lists without an answer; labels come from kube-state-metrics, with sanitised keys",
    );
  });

  test("by the caller's will is no failure, and is tried again by the next", async () => {
    const source = sourceOf([new Error("aborted")], [pod()]);
    const labels = labelsOf(source);
    await expect(labels.open(["Pod"], AbortSignal.abort(new Error("SIGTERM")))).rejects.toThrow("SIGTERM");
    expect((await labels.open(["Pod"], never)).cells(WEB).labels_source).toBe("kubernetes");
  });
});

describe("labels of kube-state-metrics", () => {
  test("have sanitised keys, and say so", async () => {
    const hour = await labelsOf(undefined, { annotationAllow: ["*"] }).open(["Pod"], never);
    hour.addSeries(WEB, SERIES);
    expect(hour.cells(WEB)).toEqual({
      labels: '{"app_kubernetes_io_name":"old"}',
      labels_source: "kube-state-metrics",
      annotations: '{"note":"n"}',
    });
  });

  test("of two series of one object are those of the same one, in whichever order they come", async () => {
    const read = async (...values: string[]) => {
      const hour = await labelsOf().open(["Pod"], never);
      for (const value of values) hour.addSeries(WEB, { ...SERIES, label_app_kubernetes_io_name: value });
      return hour.cells(WEB).labels;
    };
    expect(await read("a", "b")).toBe(await read("b", "a"));
  });

  test("that it does not show are not known, and counted in one warning", async () => {
    const hour = await labelsOf().open(["Pod"], never);
    hour.addSeries(WEB, { namespace: "shop", pod: "web-1", uid: "u1" });
    expect(hour.cells(WEB)).toEqual(UNKNOWN);
    expect(hour.cells({ ...WEB, uid: "u2" })).toEqual(UNKNOWN);
    expect(hour.warnings()).toEqual([
      "the labels of 2 objects of the kind Pod are not known: let the agent list them in the Kubernetes API, or start kube-state-metrics with --metric-labels-allowlist",
    ]);
  });

  test("of an object that the API no longer has are told apart in the warning", async () => {
    const hour = await labelsOf(sourceOf([])).open(["Pod"], never);
    hour.cells(WEB);
    expect(hour.warnings()).toEqual([
      "the labels of 1 object of the kind Pod are not known: deleted before the labels were read, and kube-state-metrics shows none",
    ]);
  });

  test("that are long are cut, and it is told", async () => {
    const hour = await labelsOf(undefined, { maxValueLength: 2 }).open(["Pod"], never);
    hour.addSeries(WEB, SERIES);
    expect(hour.cells(WEB).labels).toBe('{"app_kubernetes_io_name":"ol"}');
    expect(hour.warnings()).toEqual([
      '1 values of kube-state-metrics\' labels are longer than 2 characters and were cut, those of "app_kubernetes_io_name" among them',
    ]);
  });
});
