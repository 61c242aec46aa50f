/** One thing that was looked at on the way to what would be done. */
export interface Step {
  readonly question: string;
  /** `stop`: this is why no more is done. `unknown`: it could not be seen. */
  readonly finding: "ok" | "stop" | "unknown";
  readonly answer: string;
  /** Further lines. */
  readonly details?: readonly string[];
}
