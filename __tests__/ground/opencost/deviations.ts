/** The largest difference that was seen in a field, and where. */
export interface Deviation {
  field: string;
  row: string;
  ours: unknown;
  theirs: unknown;
  /** Absolute; infinite where one of the two is not a number. */
  by: number;
}

type Rows = Readonly<Record<string, unknown>>;

/** The fields of rows of the same names whose values differ by more than `tolerance`, the worst of each field. */
export function deviations(
  ours: Rows,
  theirs: Rows,
  tolerance: (field: string, theirs: number) => number,
): Deviation[] {
  const worst = new Map<string, Deviation>();
  const visit = (field: string, row: string, a: unknown, b: unknown): void => {
    if (isRecord(a) && isRecord(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
        visit(join(field, key), row, a[key], b[key]);
      return;
    }
    const numbers = typeof a === "number" && typeof b === "number";
    const by = numbers ? Math.abs(a - b) : a === b ? 0 : Number.POSITIVE_INFINITY;
    if (by <= (numbers ? tolerance(field, b) : 0) || by <= (worst.get(field)?.by ?? -1)) return;
    worst.set(field, { field, row, ours: a, theirs: b, by });
  };
  for (const row of Object.keys(theirs)) visit("", row, ours[row], theirs[row]);
  return [...worst.values()];
}

// Volumes and load balancers are one field, whatever they are called.
function join(field: string, key: string): string {
  if (field === "pvs" || field === "lbAllocations") return `${field}.*`;
  return field === "" ? key : `${field}.${key}`;
}

function isRecord(value: unknown): value is Rows {
  return typeof value === "object" && value !== null;
}
