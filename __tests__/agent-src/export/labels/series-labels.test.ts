import { describe, expect, test } from "@jest/globals";
import { createLabelFilter } from "../../../../agent-src/export/labels/label-filter.ts";
import {
  DEFAULT_LABEL_SETTINGS,
  type LabelSettings,
} from "../../../../agent-src/export/labels/label-settings.ts";
import { filterSeriesLabels, labelsFromSeries } from "../../../../agent-src/export/labels/series-labels.ts";

const SERIES = {
  __name__: "kube_pod_labels",
  job: "kube-state-metrics",
  namespace: "shop",
  pod: "web-1",
  uid: "u1",
  label_app_kubernetes_io_name: "web",
  label_team: "blue",
  annotation_note: "n",
  topology_kubernetes_io_zone: "eu-west-1a",
};

function filtered(settings: Partial<LabelSettings>): Readonly<Record<string, string>> {
  const filter = createLabelFilter({ ...DEFAULT_LABEL_SETTINGS, hashKey: "0123456789abcdef", ...settings });
  return { ...filterSeriesLabels(SERIES, filter) };
}

function without(...names: string[]): object {
  return Object.fromEntries(Object.entries(SERIES).filter(([name]) => !names.includes(name)));
}

test("an object's labels and annotations are those after their prefix", () => {
  expect({ ...labelsFromSeries(SERIES, "label_") }).toEqual({ app_kubernetes_io_name: "web", team: "blue" });
  expect({ ...labelsFromSeries(SERIES, "annotation_") }).toEqual({ note: "n" });
  expect({ ...labelsFromSeries({ pod: "web-1" }, "label_") }).toEqual({});
});

describe("labels of a raw series", () => {
  test("all but annotations by default", () => expect(filtered({})).toEqual(without("annotation_note")));

  test("an annotation on its list", () => expect(filtered({ annotationAllow: ["note"] })).toEqual(SERIES));

  test("a denied key is left out, whether a scrape put it there with its prefix or without", () => {
    const deny = ["team", "topology.kubernetes.io/*"];
    expect(filtered({ deny })).toEqual(
      without("annotation_note", "label_team", "topology_kubernetes_io_zone"),
    );
  });

  test("an allow list leaves out what a scrape copied, and not what says which series it is", () => {
    expect(Object.keys(filtered({ allow: ["team"] }))).toEqual([
      "__name__",
      "job",
      "namespace",
      "pod",
      "uid",
      "label_team",
    ]);
  });

  test("not even when everything is denied", () => {
    expect(Object.keys(filtered({ deny: ["*"] }))).toEqual(["__name__", "job", "namespace", "pod", "uid"]);
  });

  test("a hashed key has a hash", () => {
    const { label_team: team, topology_kubernetes_io_zone: zone, pod } = filtered({ hash: ["*"] });
    expect([team, zone, pod]).toEqual([
      expect.stringMatching(/^sha256:[0-9a-f]{32}$/),
      expect.stringMatching(/^sha256:[0-9a-f]{32}$/),
      "web-1",
    ]);
  });
});
