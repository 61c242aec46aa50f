/** A committed file or its manifest is missing or not as it was written; `verify` says all there is to say. */
export class DamagedDataError extends Error {
  override readonly name = "DamagedDataError";
}
