/** The user can fix it: a flag, a URL, an ARN. Lists every problem that was found. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** The source answered, but not with the hour: the hour stays missing, with this reason. */
export class UntrustedAnswerError extends Error {
  override readonly name = "UntrustedAnswerError";
}

/** A source or sink could not be reached or gave up; the next run tries again. */
export class TransientError extends Error {
  override readonly name = "TransientError";
}

/** A source gave up on what was too much for it at once: asked for less, it may answer. */
export class OverloadedError extends TransientError {}
