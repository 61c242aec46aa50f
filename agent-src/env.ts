/**
 * The region that the environment names for AWS calls; undefined when it names none. The SDK alone would not look at
 * `AWS_DEFAULT_REGION`, which the AWS command line and many clusters set.
 */
export function readAwsRegion(): string | undefined {
  return process.env["AWS_REGION"] || process.env["AWS_DEFAULT_REGION"] || undefined;
}

/**
 * Keeps the SDK from printing, at each start on Node 20, that its versions after January 2027 will want Node 22. Which
 * runtimes this project supports is said in its README and tested; a person who runs a command can do nothing about it.
 */
export function silenceSdkRuntimeNotice(): void {
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
}
