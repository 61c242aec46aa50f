/** What the environment says about how to print. */
export interface PrintEnvironment {
  /** https://no-color.org: set to anything but empty. */
  readonly noColor: boolean;
  readonly forceColor: boolean;
}

/** Reads the environment. Flags read their own variables (`CONTAINER_INSIGHTS_<FLAG>`) through commander. */
export function readPrintEnvironment(): PrintEnvironment {
  return { noColor: isSet("NO_COLOR") || process.env["TERM"] === "dumb", forceColor: isSet("FORCE_COLOR") };
}

/** The variable by which a flag can be given: `--sink` is `CONTAINER_INSIGHTS_SINK`. */
export function variableOf(flag: string): string {
  return `CONTAINER_INSIGHTS_${flag.replace(/^--/, "").replaceAll("-", "_").toUpperCase()}`;
}

/** Whether a switch's variable says no. */
export function isOff(variable: string): boolean {
  return ["", "0", "false", "no", "off"].includes((process.env[variable] ?? "on").toLowerCase());
}

/**
 * Keeps the SDK from printing, at each start on Node 20, that its versions after January 2027 will want Node 22. Which
 * runtimes this project supports is said in its README and tested; a person who runs a command can do nothing about it.
 */
export function silenceSdkRuntimeNotice(): void {
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
}

function isSet(name: string): boolean {
  const value = process.env[name];
  return value !== undefined && value !== "";
}
