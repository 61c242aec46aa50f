import { describe, expect, test } from "@jest/globals";
import { createScrubber } from "../e2e/captures/scrub.ts";
import { excerpt } from "../e2e/captures/cluster-captures.ts";

const UID = "42b38c48-c8d5-4104-9553-a5a271248dad";
const OTHER = "53b38c48-c8d5-4104-9553-a5a271248dad";

describe("scrubbing a payload", () => {
  test("gives the same uid the same name in every file, and another one another", () => {
    const scrubber = createScrubber();
    expect(scrubber.text(`/kubepods/pod${UID}/x uid="${OTHER}"`)).toBe(
      '/kubepods/pod00000000-0000-4000-8000-000000000001/x uid="00000000-0000-4000-8000-000000000002"',
    );
    expect(scrubber.json({ uid: UID })).toBe('{\n  "uid": "00000000-0000-4000-8000-000000000001"\n}\n');
  });

  test("takes times, addresses and what only the API server needs, and orders keys", () => {
    const json = createScrubber().json({
      metadata: { resourceVersion: "123", managedFields: [1], creationTimestamp: "2026-11-24T09:00:01Z" },
      a: { podIP: "10.244.0.17", at: "2026-11-24T09:00:01.123456789Z", bytes: 1795162112 },
    });
    expect(JSON.parse(json)).toEqual({
      a: { at: "2026-01-01T00:00:00Z", bytes: 1795162112, podIP: "10.244.0.2" },
      metadata: { creationTimestamp: "2026-01-01T00:00:00Z", resourceVersion: "1" },
    });
    expect(Object.keys(JSON.parse(json) as object)).toEqual(["a", "metadata"]);
  });

  test("keeps values and takes the times of samples", () => {
    const page = 'a{b="1"} 1.795162112e+06 1795512345678\nc{} 1.795512345e+09 1795512345678\n';
    expect(createScrubber().text(page)).toBe(
      'a{b="1"} 1.795162112e+06 1767225600000\nc{} 1.7672256e+09 1767225600000\n',
    );
  });

  test("an excerpt has whole families in one order, and nothing that was not asked for", () => {
    const page = [
      "# HELP kube_pod_info About pods.",
      "# TYPE kube_pod_info gauge",
      'kube_pod_info{pod="b"} 1',
      'kube_pod_info{pod="a"} 1',
      'kube_pod_info{pod="other"} 1',
      'kube_pod_infox{pod="a"} 1',
    ].join("\n");
    expect(excerpt(page, (line) => /pod="[ab]"/.test(line))).toBe(
      [
        "# HELP kube_pod_info About pods.",
        "# TYPE kube_pod_info gauge",
        'kube_pod_info{pod="a"} 1',
        'kube_pod_info{pod="b"} 1',
        "",
      ].join("\n"),
    );
  });
});
