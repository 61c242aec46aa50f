/** A block of Terraform JSON. */
type Block = Readonly<Record<string, unknown>>;

/**
 * A synthesized stack as checkov 3.3.30 can read it. Two things that Terraform takes make it leave out every resource,
 * with no more than a warning: `terraform.required_version`, a text where it expects a block, and a `dynamic` block in
 * JSON, in which it takes its own line numbers for content. So the version is left out, and each dynamic block becomes
 * the block that it makes.
 */
export function readableByCheckov(stack: Block): Block {
  const { required_version: _, ...terraform } = stack["terraform"] as Block;
  return { ...(unrolled(stack) as Block), terraform };
}

function unrolled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unrolled);
  if (typeof value !== "object" || value === null) return value;
  const { dynamic, ...plain } = value as Block;
  const blocks: Record<string, unknown> = Object.fromEntries(
    Object.entries(plain).map(([name, inner]) => [name, unrolled(inner)]),
  );
  for (const [name, made] of Object.entries((dynamic ?? {}) as Block)) {
    const contents = [made].flat().map((each) => unrolled((each as Block)["content"]));
    blocks[name] = [...[blocks[name] ?? []].flat(), ...contents];
  }
  return blocks;
}
