/** What cdktf makes of a stack. */
export type TerraformJson = Readonly<Record<string, unknown>> & {
  readonly terraform: Readonly<Record<string, unknown>>;
};

/**
 * A stack's JSON as others call it, a module: provider and state are its caller's. cdktf wants a provider in every stack
 * that has resources; with it in the output a module could be called with neither `count` nor `for_each` nor `depends_on`.
 */
export function asModule({ provider: _provider, terraform, ...module }: TerraformJson): TerraformJson {
  const { backend: _backend, ...requirements } = terraform;
  return { ...module, terraform: requirements };
}
