const GIB = 2 ** 30;

interface Component {
  readonly name: string;
  readonly cost: string;
  /** FOCUS' UnitFormat; absent where nothing is measured. */
  readonly unit?: string;
  readonly quantity?: (read: (column: string) => number) => number;
}

/** The kinds of cost that an allocation is made of, with what OpenCost measures them by. */
const COMPONENTS: readonly Component[] = [
  { name: "cpu", cost: "cpu_cost", unit: "vCPU-Hours", quantity: (read) => read("cpu_core_hours") },
  { name: "memory", cost: "ram_cost", unit: "GiB-Hours", quantity: (read) => read("ram_byte_hours") / GIB },
  { name: "gpu", cost: "gpu_cost", unit: "GPU-Hours", quantity: (read) => read("gpu_hours") },
  { name: "volumes", cost: "pv_cost", unit: "GiB-Hours", quantity: (read) => read("pv_byte_hours") / GIB },
  {
    name: "network",
    cost: "network_cost",
    unit: "GiB",
    quantity: (read) => (read("network_transfer_bytes") + read("network_receive_bytes")) / GIB,
  },
  { name: "load-balancers", cost: "load_balancer_cost" },
];

/**
 * FOCUS' AllocatedMethodDetails: the row's share of the origin charge, by kind of cost. OpenCost rounds the total and
 * each kind by itself, so the kinds' shares are scaled to the total's: all rows' shares of an hour are 1 together.
 * @returns null where the hour costs nothing, because a share of that is no number
 */
export function methodDetails(cells: Readonly<Record<string, unknown>>, originCost: number): string | null {
  if (originCost === 0) return null;
  const read = (column: string): number => {
    const value = cells[column];
    return typeof value === "number" ? value : 0;
  };
  const share = read("total_cost") / originCost;
  const paid = COMPONENTS.filter(({ cost }) => read(cost) !== 0);
  const sum = paid.reduce((total, { cost }) => total + read(cost), 0);
  if (sum === 0) return JSON.stringify({ Elements: [{ AllocatedRatio: share }] });
  const elements = paid.map(({ name, cost, unit, quantity }) => ({
    AllocatedRatio: (share * read(cost)) / sum,
    ...(unit && quantity ? { UsageUnit: unit, UsageQuantity: quantity(read) } : {}),
    x_Component: name,
  }));
  return JSON.stringify({ Elements: elements });
}
