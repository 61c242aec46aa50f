/** A series of a range query as its JSON has it. */
export interface MatrixSeries {
  readonly metric: Record<string, string>;
  readonly values: readonly [number, string][];
}

/** The whole answer at `url`, parsed at once: what one would write first. */
export async function fetchMatrix(url: string): Promise<readonly MatrixSeries[]> {
  const response = await fetch(`${url}/api/v1/query_range`);
  const answer = (await response.json()) as { readonly data: { readonly result: readonly MatrixSeries[] } };
  return answer.data.result;
}
