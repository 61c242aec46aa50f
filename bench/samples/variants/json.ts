import { fetchMatrix, type MatrixSeries } from "../whole-answer.ts";
import { writeColumns } from "./columns.ts";

function* series(matrix: readonly MatrixSeries[]) {
  for (const { metric, values } of matrix) {
    yield {
      labels: metric,
      timestamps: values.map(([seconds]) => seconds),
      values: values.map(([, value]) => Number(value)),
    };
  }
}

/** The whole answer parsed at once, column by column into hyparquet-writer. */
export async function run(url: string, file: string): Promise<void> {
  await writeColumns(series(await fetchMatrix(url)), file);
}
