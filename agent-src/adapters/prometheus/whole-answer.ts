/**
 * What keeps a server from answering 200 with what it could reach of its stores: Thanos knows the first, the vmselect of
 * a VictoriaMetrics cluster the second, and the others neither.
 */
export const WHOLE_ANSWER = { partial_response: "false", deny_partial_response: "1" } as const;

/** Said of an answer with `"isPartial": true`: a proxy may take parameters away. */
export const PARTIAL =
  "it is partial (isPartial): the server could not reach all of its storage nodes, so check these";
