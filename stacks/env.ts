/** `CONTAINER_INSIGHTS_CONFIG`: the configuration's file; undefined when the environment names none. */
export function readConfigFile(): string | undefined {
  return process.env["CONTAINER_INSIGHTS_CONFIG"];
}
