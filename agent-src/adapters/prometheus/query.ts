/** A query and the name under which messages mention it. */
export interface NamedQuery {
  readonly id: string;
  readonly promql: string;
}

/** Instants of a range query, epoch seconds; both ends belong to it. */
export interface QueryRange {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly stepSeconds: number;
}
