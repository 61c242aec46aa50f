import { runCommand, tryCommand } from "../command.ts";
import type { NodeTools } from "./node-tools.ts";

/** kube-proxy's tables have this name in every cluster, in both families. */
const TABLE = "kube-proxy";
const FAMILIES = ["ip", "ip6"] as const;

/**
 * Refuses a machine on which another kube-proxy has its rules: both would write the same tables, and ours would be
 * taken back together with the other's.
 * @throws Error naming the tables
 */
export async function refuseOtherRules({ nft, env }: NodeTools): Promise<void> {
  const { stdout } = await runCommand(nft, ["list", "tables"], { env });
  const taken = FAMILIES.map((family) => `table ${family} ${TABLE}`).filter((table) =>
    stdout.split("\n").includes(table),
  );
  if (taken.length === 0) return;
  throw new Error(
    `Starting the real node: nftables already has ${taken.map((table) => `"${table}"`).join(" and ")}, so another ` +
      `kube-proxy runs or ran on this machine; delete the tables if none does, else use another machine`,
  );
}

/** Takes back what kube-proxy wrote. Without any it does nothing. */
export async function removeRules({ nft, env }: NodeTools): Promise<void> {
  for (const family of FAMILIES) await tryCommand(nft, ["delete", "table", family, TABLE], { env });
}
