/** How a payload came to be here. */
export type Origin =
  /** From a running real part, by the command in its VERSION.json. */
  | "captured"
  /** Recorded once from a version that cannot be run here; kept elsewhere in `__tests__/fixtures`. */
  | "recorded"
  /** Written after its maker's documentation: nobody has seen it on a wire. */
  | "documented";

/** What a capture found. */
export interface Taken {
  /** What the part itself says that it is. */
  readonly version: string;
  /** Contents by file name, scrubbed. */
  readonly files: Readonly<Record<string, string>>;
}

/** A kind of payload that is kept under `__tests__/fixtures/captures/<name>`. */
export interface Capture {
  readonly name: string;
  readonly of: string;
  readonly origin: Origin;
  /** The version that the tests are pinned to. */
  readonly version: string;
  /** How a person would get the same; for what is not captured: where it comes from. */
  readonly command: string;
  /** Parts of the ground that have to be up. */
  readonly needs: readonly string[];
  /** Missing where nothing can be captured. */
  take?(): Promise<Taken>;
}

/** What is written beside the files, as VERSION.json. */
export interface CaptureRecord {
  readonly of: string;
  readonly origin: Origin;
  readonly version: string;
  readonly command: string;
  readonly files: readonly string[];
}
