import { createHmac } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { createLabelFilter } from "../../../../agent-src/export/labels/label-filter.ts";
import { sanitiseKey } from "../../../../agent-src/export/labels/label-keys.ts";
import {
  DEFAULT_LABEL_SETTINGS,
  LAST_APPLIED,
  type LabelSettings,
} from "../../../../agent-src/export/labels/label-settings.ts";
import { countSizes } from "../../../../agent-src/export/labels/size-warnings.ts";

const KEY = "0123456789abcdef";

function filterOf(settings: Partial<LabelSettings> = {}) {
  return createLabelFilter({ ...DEFAULT_LABEL_SETTINGS, hashKey: KEY, ...settings });
}

type Labels = Readonly<Record<string, string>>;

function apply(
  labels: Labels,
  settings: Partial<LabelSettings> = {},
  spelling: "original" | "sanitised" = "original",
) {
  const filter = filterOf(settings);
  const sizes = countSizes("the labels", filter.limits);
  return { text: filter.text("labels", labels, spelling, sizes), warnings: sizes.warnings() };
}

function annotations(values: Labels, settings: Partial<LabelSettings>): string {
  const filter = filterOf(settings);
  return filter.text("annotations", values, "original", countSizes("x", filter.limits));
}

describe("labels as text", () => {
  test("all of them by default, keys as they are, sorted by code unit, numbers not before letters", () => {
    const labels = { b: "2", "app.kubernetes.io/name": "web", Z: "", "10": "ten", "9": "nine", é: "x" };
    expect(apply(labels).text).toBe(
      '{"10":"ten","9":"nine","Z":"","app.kubernetes.io/name":"web","b":"2","é":"x"}',
    );
  });

  test("no label at all is an empty object", () => expect(apply({}).text).toBe("{}"));

  test("the order in which labels arrive makes no difference", () => {
    expect(apply({ a: "1", b: "2" }).text).toBe(apply({ b: "2", a: "1" }).text);
  });

  test("text that JSON has to escape can be read again", () => {
    const labels = { a: '"\\\n\u0000', b: "\ud83d\ude00", c: "\ud800" };
    expect(JSON.parse(apply(labels).text)).toEqual(labels);
  });

  test("a key called __proto__ is a key", () => {
    const labels = JSON.parse('{"__proto__":"x"}') as Labels;
    expect(apply(labels).text).toBe('{"__proto__":"x"}');
  });

  test("a value that is no text is an error that names its key", () => {
    const filter = filterOf();
    const odd = { team: 7 };
    const read = () => filter.text("labels", odd, "original", countSizes("x", filter.limits));
    expect(read).toThrow(/^The value of the label "team" is 7, expected text$/);
  });
});

describe("allow and deny lists", () => {
  test.each<[string, Partial<LabelSettings>, string]>([
    ["one key", { allow: ["team"] }, '{"team":"a"}'],
    ["a beginning", { allow: ["example.com/*"] }, '{"example.com/cost":"c","example.com/secret":"s"}'],
    [
      "deny beats allow",
      { allow: ["example.com/*"], deny: ["example.com/secret"] },
      '{"example.com/cost":"c"}',
    ],
    ["a denied beginning", { deny: ["example.com/*"] }, '{"team":"a","teamName":"b"}'],
    ["everything denied", { deny: ["*"] }, "{}"],
    ["a key is no beginning", { allow: ["te"] }, "{}"],
    ["an original key has to be the allowed one to the letter", { allow: ["team_name"] }, "{}"],
    ["a denied one does not", { deny: ["team_name"], allow: ["team*"] }, '{"team":"a"}'],
  ])("%s", (_, settings, expected) => {
    const labels = { team: "a", teamName: "b", "example.com/cost": "c", "example.com/secret": "s" };
    expect(apply(labels, settings).text).toBe(expected);
  });

  test.each<[string, string, Partial<LabelSettings>]>([
    ["kube-state-metrics' spelling", "app_kubernetes_io_part_of", { deny: ["app.kubernetes.io/partOf"] }],
    ["OpenCost's spelling", "app_kubernetes_io_partOf", { deny: ["app.kubernetes.io/partOf"] }],
    ["a beginning", "app_kubernetes_io_part_of", { deny: ["app.kubernetes.io/p*"] }],
    ["a counted conflict", "team_conflict2", { deny: ["team"] }],
  ])("a denied key is denied in %s", (_, key, settings) => {
    expect(apply({ [key]: "x", other: "y" }, settings, "sanitised").text).toBe('{"other":"y"}');
  });

  test("an allowed key is allowed in kube-state-metrics' spelling", () => {
    const labels = { example_com_cost_center: "c", example_com_cost: "d" };
    expect(apply(labels, { allow: ["example.com/costCenter"] }, "sanitised").text).toBe(
      '{"example_com_cost_center":"c"}',
    );
  });
});

test.each([
  ["app.kubernetes.io/name", "app_kubernetes_io_name"],
  ["costCenter", "cost_center"],
  ["aBC", "a_bc"],
  ["already_snake", "already_snake"],
  ["UPPER-Case9X", "upper_case9_x"],
])("kube-state-metrics spells %s as %s, and leaves that alone", (key, expected) => {
  expect(sanitiseKey(key)).toBe(expected);
  expect(sanitiseKey(expected)).toBe(expected);
});

describe("hashed values", () => {
  const expected = `sha256:${createHmac("sha256", KEY).update("alice").digest("hex").slice(0, 32)}`;

  test("the keyed hash takes the value's place, the same in every spelling and for every key", () => {
    const settings = { hash: ["example.com/owner", "mail"] };
    expect(
      JSON.parse(apply({ "example.com/owner": "alice", mail: "alice", team: "a" }, settings).text),
    ).toEqual({
      "example.com/owner": expected,
      mail: expected,
      team: "a",
    });
    expect(apply({ example_com_owner: "alice" }, settings, "sanitised").text).toContain(expected);
  });

  test("another secret gives another hash", () => {
    expect(apply({ mail: "alice" }, { hash: ["mail"], hashKey: "fedcba9876543210" }).text).not.toContain(
      expected,
    );
  });

  test("a secret of bytes is the same as its text", () => {
    const hashKey = new TextEncoder().encode(KEY);
    expect(apply({ mail: "alice" }, { hash: ["mail"], hashKey }).text).toContain(expected);
  });

  test("a value is hashed whole, however long it is", () => {
    const long = "x".repeat(100);
    const { text, warnings } = apply({ a: long }, { hash: ["a"], maxValueLength: 10 });
    expect(text).toContain(createHmac("sha256", KEY).update(long).digest("hex").slice(0, 32));
    expect(warnings).toEqual([]);
  });
});

describe("annotations", () => {
  const values = { [LAST_APPLIED]: '{"data":"secret"}', "example.com/owner": "a", note: "b" };

  test("none by default", () => expect(annotations(values, {})).toBe("{}"));

  test.each([[["*"]], [[LAST_APPLIED, "note", "example.com/owner"]], [["kubectl.kubernetes.io/*", "*"]]])(
    "kubectl's copy of the object never, even when %j is allowed",
    (annotationAllow) => {
      expect(annotations(values, { annotationAllow })).toBe('{"example.com/owner":"a","note":"b"}');
    },
  );

  test("nor as a label, in kube-state-metrics' spelling", () => {
    expect(apply({ [sanitiseKey(LAST_APPLIED)]: "x" }, {}, "sanitised").text).toBe("{}");
  });

  test("the list of denied keys and that of hashed ones hold for them, too", () => {
    const settings = { annotationAllow: ["*"], deny: ["note"], hash: ["example.com/owner"] };
    expect(annotations(values, settings)).toMatch(/^\{"example.com\/owner":"sha256:[0-9a-f]{32}"\}$/);
  });

  test("the list of allowed labels does not", () => {
    expect(annotations(values, { allow: ["*"], annotationAllow: ["note"] })).toBe('{"note":"b"}');
  });
});

describe("size limits", () => {
  test("a long value is cut, and told with its key", () => {
    const { text, warnings } = apply({ b: "xxxx", a: "yyyyy", c: "zzz" }, { maxValueLength: 3 });
    expect(text).toBe('{"a":"yyy","b":"xxx","c":"zzz"}');
    expect(warnings).toEqual([
      '2 values of the labels are longer than 3 characters and were cut, those of "a" among them',
    ]);
  });

  test("half a character is not left", () => {
    expect(apply({ a: "ab\ud83d\ude00" }, { maxValueLength: 3 }).text).toBe('{"a":"ab"}');
  });

  test("the first keys stay, and how many others there were is told", () => {
    const { text, warnings } = apply({ d: "4", b: "2", a: "1", c: "3" }, { maxKeys: 2 });
    expect(text).toBe('{"a":"1","b":"2"}');
    expect(warnings).toEqual(["1 objects have more than 2 keys in the labels; 2 keys were left out"]);
  });

  test("keys that are left out anyway do not count", () => {
    const { text, warnings } = apply({ a: "1", b: "2", c: "3" }, { maxKeys: 2, deny: ["b"] });
    expect([text, warnings]).toEqual(['{"a":"1","c":"3"}', []]);
  });
});
