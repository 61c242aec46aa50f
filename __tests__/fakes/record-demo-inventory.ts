// Writes demo/recorded/account-inventory.json anew: `npx tsx __tests__/fakes/record-demo-inventory.ts`.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { recordDemoInventory } from "./demo-account.ts";

const path = join(import.meta.dirname, "../../demo/recorded/account-inventory.json");
await writeFile(path, `${JSON.stringify(await recordDemoInventory(), undefined, 2)}\n`);
console.log(`Wrote ${path}`);
