/** The operator can fix it: an environment variable, a flag, an event. Lists every problem that was found. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Something could not be finished; everything else was. Thrown last, so that retries and alarms fire. */
export class ReconcileError extends Error {
  override readonly name = "ReconcileError";
}
