/**
 * The region that the environment names for AWS calls; undefined when it names none. The SDK alone would not look at
 * `AWS_DEFAULT_REGION`, which the AWS command line and many clusters set.
 */
export function readAwsRegion(): string | undefined {
  return process.env["AWS_REGION"] || process.env["AWS_DEFAULT_REGION"] || undefined;
}

/** Where the kubelet says that the cluster's API server is; undefined outside of a pod. */
export function readKubernetesService(): { readonly host: string; readonly port: string } | undefined {
  const host = process.env["KUBERNETES_SERVICE_HOST"];
  const port = process.env["KUBERNETES_SERVICE_PORT"];
  return host && port ? { host, port } : undefined;
}

/** Where the environment sends requests to AWS; as the SDK reads it, a service's own variable first. */
export interface AwsEndpoints {
  readonly s3: string | undefined;
  readonly sts: string | undefined;
}

/** The endpoints that the environment names instead of AWS' own. */
export function readAwsEndpoints(): AwsEndpoints {
  const all = process.env["AWS_ENDPOINT_URL"] || undefined;
  return {
    s3: process.env["AWS_ENDPOINT_URL_S3"] || all,
    sts: process.env["AWS_ENDPOINT_URL_STS"] || all,
  };
}
