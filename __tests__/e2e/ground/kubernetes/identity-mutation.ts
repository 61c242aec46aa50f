/** The part of a pod that the webhook looks at and changes. */
export interface PodToMutate {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly serviceAccountName?: string;
    readonly containers: readonly PodContainer[];
    readonly volumes?: readonly { readonly name: string }[];
  };
}

interface PodContainer {
  readonly name: string;
  readonly env?: readonly { readonly name: string }[];
  readonly volumeMounts?: readonly object[];
}

/** One step of a JSON patch, RFC 6902. */
export interface PatchStep {
  readonly op: "add";
  readonly path: string;
  readonly value: unknown;
}

/** Annotation of a service account: the role that its pods take. */
export const ROLE_ANNOTATION = "eks.amazonaws.com/role-arn";

const FOLDER = "/var/run/secrets/eks.amazonaws.com/serviceaccount";
const VOLUME = "aws-iam-token";

/**
 * What EKS's pod identity webhook adds to a pod whose service account names a role: a token for STS that the kubelet
 * renews, and the two variables by which AWS SDKs find it. A variable that a container has already is left alone.
 * Rule: https://github.com/aws/amazon-eks-pod-identity-webhook#readme
 */
export function identityPatch(pod: PodToMutate, roleArn: string): readonly PatchStep[] {
  const token = { audience: "sts.amazonaws.com", expirationSeconds: 86_400, path: "token" };
  const volume = { name: VOLUME, projected: { sources: [{ serviceAccountToken: token }] } };
  return [
    appendOrCreate("/spec/volumes", pod.spec.volumes, [volume]),
    ...pod.spec.containers.flatMap((container, index) => containerSteps(container, index, roleArn)),
  ].flat();
}

function containerSteps(container: PodContainer, index: number, roleArn: string): readonly PatchStep[] {
  const base = `/spec/containers/${index}`;
  const variables = [
    { name: "AWS_ROLE_ARN", value: roleArn },
    { name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: `${FOLDER}/token` },
    { name: "AWS_STS_REGIONAL_ENDPOINTS", value: "regional" },
  ].filter(({ name }) => !container.env?.some((variable) => variable.name === name));
  const mount = { name: VOLUME, mountPath: FOLDER, readOnly: true };
  return [
    ...appendOrCreate(`${base}/env`, container.env, variables),
    ...appendOrCreate(`${base}/volumeMounts`, container.volumeMounts, [mount]),
  ];
}

// A patch cannot append to a list that is not there.
function appendOrCreate(
  path: string,
  list: readonly unknown[] | undefined,
  values: readonly unknown[],
): PatchStep[] {
  if (list === undefined) return [{ op: "add", path, value: values }];
  return values.map((value) => ({ op: "add", path: `${path}/-`, value }));
}
