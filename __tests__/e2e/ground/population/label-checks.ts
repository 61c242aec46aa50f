import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { labelRules } from "../../../../contract/labelled-resources.ts";
import { createLabelFilter } from "../../../../agent-src/export/labels/label-filter.ts";
import { DEFAULT_LABEL_SETTINGS } from "../../../../agent-src/export/labels/label-settings.ts";
import { openLabels } from "../../../../agent-src/export/labels/open-labels.ts";
import type { Checks } from "../../checks.ts";
import { API_SERVER_URL } from "../kubernetes/addresses.ts";
import type { ApiClient } from "../kubernetes/api-client.ts";
import type { KubeObject } from "../kubernetes/kube-object.ts";
import { pkiDirectory, waitUntil } from "../kubernetes/kubectl.ts";
import { POPULATION_LABEL, type Snapshot } from "./snapshot.ts";

const ACCOUNT = "label-reader";
const NAMESPACE = "default";
const NAME = "ground:label-reader";

const ROLE: KubeObject & { readonly rules: object } = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name: NAME },
  rules: labelRules(),
};

const BINDING: KubeObject & { readonly roleRef: object; readonly subjects: object } = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  metadata: { name: NAME },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: NAME },
  subjects: [{ kind: "ServiceAccount", name: ACCOUNT, namespace: NAMESPACE }],
};

const BINDING_PATH = `/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${NAME}`;
const ROLE_PATH = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${NAME}`;
const ACCOUNT_PATH = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${ACCOUNT}`;

/** Labels as the agent reads them from the real API server, as a service account that may list and nothing else. */
export async function checkLabels(checks: Checks, api: ApiClient, snapshot: Snapshot): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "ground-labels-"));
  try {
    const metadata = { name: ACCOUNT, namespace: NAMESPACE };
    await api.create({ apiVersion: "v1", kind: "ServiceAccount", metadata });
    const tokenFile = join(directory, "token");
    await writeFile(tokenFile, await requestToken(api));
    await checkReading(checks, api, snapshot, tokenFile);
  } finally {
    for (const path of [BINDING_PATH, ROLE_PATH, ACCOUNT_PATH]) await api.send("DELETE", path, {}, [404]);
    await rm(directory, { recursive: true });
  }
}

async function requestToken(api: ApiClient): Promise<string> {
  const body = {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: { expirationSeconds: 600 },
  };
  const answer = await api.send("POST", `${ACCOUNT_PATH}/token`, body);
  return (JSON.parse(answer.body) as { readonly status: { readonly token: string } }).status.token;
}

async function checkReading(
  checks: Checks,
  api: ApiClient,
  snapshot: Snapshot,
  tokenFile: string,
): Promise<void> {
  const open = () =>
    openLabels(
      {
        settings: DEFAULT_LABEL_SETTINGS,
        kubernetes: { url: API_SERVER_URL, tokenFile, caFile: join(pkiDirectory(), "ca.crt") },
      },
      "arn:aws:eks:eu-west-1:123456789012:cluster/ground",
    ).objects.open(["Pod", "Node"], new AbortController().signal);

  await checks.check(
    "labels: an account without rights is refused, and told which right it lacks",
    async () => {
      const labels = await open();
      const [pods = "", nodes = ""] = labels.warnings();
      assert.match(
        pods,
        /refused to list "pods" \(403\): .*cannot list resource "pods".*allow the verb "list"/,
      );
      assert.match(nodes, /refused to list "nodes" \(403\)/);
    },
  );
  await api.create(ROLE);
  await api.create(BINDING);
  // The API server learns of a new binding by a watch of its own.
  await waitUntil(`the rights of "${ACCOUNT}"`, 60, async () => (await open()).warnings().length === 0);
  await checks.check(
    `labels: one that may only list reads those of ${snapshot.pods.length} pods`,
    async () => {
      const labels = await open();
      assert.deepEqual(labels.warnings(), []);
      const filter = createLabelFilter({ ...DEFAULT_LABEL_SETTINGS, hashKey: "x" });
      const plain = { cut: () => assert.fail("cut"), leftOut: () => assert.fail("left out") };
      for (const { namespace, name, labels: planned } of snapshot.pods) {
        const cells = labels.cells({ kind: "Pod", namespace, name });
        assert.equal(cells.labels_source, "kubernetes", `${namespace}/${name}`);
        const found = JSON.parse(cells.labels ?? "null") as Record<string, string>;
        const own = Object.fromEntries(
          Object.entries(found).filter(([key]) => key in planned || key === POPULATION_LABEL),
        );
        assert.deepEqual(own, { ...planned, [POPULATION_LABEL]: snapshot.mark }, `${namespace}/${name}`);
        assert.equal(filter.text("labels", found, "original", plain), cells.labels, "keys are not sorted");
      }
      for (const { name } of snapshot.nodes) {
        assert.equal(labels.cells({ kind: "Node", namespace: "", name }).labels_source, "kubernetes", name);
      }
      const other = labels.cells({
        kind: "Pod",
        namespace: snapshot.pods[0]?.namespace ?? "",
        name: snapshot.pods[0]?.name ?? "",
        uid: "other",
      });
      assert.equal(other.labels, null);
    },
  );
}
