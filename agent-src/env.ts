/**
 * The region that the environment names for AWS calls; undefined when it names none. The SDK alone would not look at
 * `AWS_DEFAULT_REGION`, which the AWS command line and many clusters set.
 */
export function readAwsRegion(): string | undefined {
  return process.env["AWS_REGION"] || process.env["AWS_DEFAULT_REGION"] || undefined;
}
