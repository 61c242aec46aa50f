import type { Table, TableInput } from "@aws-sdk/client-glue";
import type { GlueCalls } from "../../lambda-src/adapters/glue.ts";
import { FakeAwsError } from "./fake-iam.ts";

/** Glue's tables. A table is what it was last given, whole, with a version that each write raises. */
export class FakeGlue implements GlueCalls {
  /** By `<database>.<table>`. */
  readonly tables = new Map<string, Table>();
  readonly writes: Parameters<GlueCalls["updateTable"]>[0][] = [];
  /** Actions that are denied. */
  readonly denied = new Set<string>();
  /** Called once after the next read: somebody else is at work. */
  afterRead: (() => void) | undefined;

  addTable(database: string, input: TableInput): void {
    this.tables.set(`${database}.${input.Name}`, {
      ...input,
      DatabaseName: database,
      CreateTime: new Date("2026-11-01T00:00:00Z"),
      UpdateTime: new Date("2026-11-01T00:00:00Z"),
      CreatedBy: "arn:aws:sts::123456789012:assumed-role/deploy/terraform",
      IsRegisteredWithLakeFormation: false,
      CatalogId: "123456789012",
      VersionId: "0",
    });
  }

  table(name: string): Table {
    const table = this.tables.get(name);
    if (!table) throw new Error(`the fake has no table "${name}"`);
    return table;
  }

  /** Somebody else's write. */
  change(name: string, input: Partial<TableInput>): void {
    const table = this.table(name);
    this.tables.set(name, { ...table, ...input, VersionId: String(Number(table.VersionId) + 1) } as Table);
  }

  async getTable({ DatabaseName, Name }: Parameters<GlueCalls["getTable"]>[0]) {
    this.#allow("GetTable");
    const table = structuredClone(this.#find(DatabaseName, Name));
    const { afterRead } = this;
    this.afterRead = undefined;
    afterRead?.();
    return { Table: table };
  }

  async updateTable(input: Parameters<GlueCalls["updateTable"]>[0]): Promise<void> {
    this.#allow("UpdateTable");
    const { DatabaseName, TableInput: table, VersionId } = input;
    const name = table.Name ?? "";
    const present = this.#find(DatabaseName, name);
    for (const key of ["Owner", "Name"] as const)
      if (table[key] === "") throw new FakeAwsError("InvalidInputException", `${key} is shorter than 1`);
    if (VersionId !== undefined && VersionId !== present.VersionId)
      throw new FakeAwsError(
        "ConcurrentModificationException",
        "Update table failed due to concurrent modifications.",
      );
    this.writes.push(structuredClone(input));
    const { DatabaseName: database, CreateTime, CreatedBy, CatalogId } = present;
    const { IsRegisteredWithLakeFormation, VersionId: version } = present;
    const kept = { DatabaseName: database, CreateTime, CreatedBy, CatalogId, IsRegisteredWithLakeFormation };
    const { ViewDefinition: _, ...given } = table;
    this.tables.set(`${DatabaseName}.${name}`, {
      ...structuredClone(given),
      ...kept,
      UpdateTime: new Date("2026-11-24T00:00:00Z"),
      VersionId: String(Number(version) + 1),
    });
  }

  #allow(action: string): void {
    if (!this.denied.has(action)) return;
    throw new FakeAwsError("AccessDeniedException", `User is not authorized to perform: glue:${action}`);
  }

  #find(database: string, name: string): Table {
    const found = this.tables.get(`${database}.${name}`);
    if (!found) throw new FakeAwsError("EntityNotFoundException", `Table ${name} not found.`);
    return found;
  }
}
