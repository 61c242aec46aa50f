import { readMatrix } from "../read-matrix.ts";

/** The project's reader without a file: what of the whole is reading. */
export async function run(url: string): Promise<void> {
  let samples = 0;
  for await (const { values } of readMatrix(url)) samples += values.length;
  if (samples === 0) throw new Error("the server answered no samples");
}
