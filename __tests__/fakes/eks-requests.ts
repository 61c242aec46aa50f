import type { EksCalls } from "../../lambda-src/adapters/eks-calls.ts";

/** The input of one of EKS's calls, as its body has it; the SDK sent it, so it is whole. */
function parse<Call extends keyof EksCalls>(body: string): Parameters<EksCalls[Call]>[0] {
  return JSON.parse(body || "{}") as Parameters<EksCalls[Call]>[0];
}

function answerAssociations(
  eks: EksCalls,
  request: { readonly method: string; readonly url: URL; readonly body: string },
  clusterName: string,
  associationId: string | undefined,
): Promise<unknown> {
  const { method, url, body } = request;
  if (associationId === undefined) {
    if (method === "POST") {
      const input = parse<"createPodIdentityAssociation">(body);
      return eks.createPodIdentityAssociation({ ...input, clusterName });
    }
    const namespace = url.searchParams.get("namespace") ?? "";
    const nextToken = url.searchParams.get("nextToken") ?? undefined;
    return eks.listPodIdentityAssociations({ clusterName, namespace, nextToken });
  }
  const on = { clusterName, associationId };
  if (method === "DELETE") return eks.deletePodIdentityAssociation(on);
  if (method === "GET") return eks.describePodIdentityAssociation(on);
  return eks.updatePodIdentityAssociation({ ...parse<"updatePodIdentityAssociation">(body), ...on });
}

/** What EKS answers to a request, by its paths (EKS API reference). @throws FakeAwsError */
export function answerEksRequest(
  eks: EksCalls,
  request: { readonly method: string; readonly url: URL; readonly body: string },
): Promise<unknown> {
  const [, kind, name, resource, id] = request.url.pathname.split("/").map(decodeURIComponent);
  if (kind === "tags" && request.method === "POST") {
    return eks.tagResource({ ...parse<"tagResource">(request.body), resourceArn: name ?? "" });
  }
  if (name === undefined) {
    return eks.listClusters({ nextToken: request.url.searchParams.get("nextToken") ?? undefined });
  }
  if (resource === "pod-identity-associations") return answerAssociations(eks, request, name, id);
  return eks.describeCluster({ name });
}
