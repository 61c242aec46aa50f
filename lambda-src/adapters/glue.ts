import {
  GetTableCommand,
  GlueClient,
  UpdateTableCommand,
  type Table,
  type TableInput,
} from "@aws-sdk/client-glue";
import { CLUSTER_PROJECTION } from "../../contract/query-tables.ts";
import { errorCode } from "../aws-errors.ts";
import type { QueryTables } from "../reconcile/ports.ts";
import type { ClusterList } from "../reconcile/query-tables.ts";
import { clientOptions } from "./client-options.ts";
import { withRetry, type RetryPolicy } from "./retry.ts";

/** The Glue calls that are used, and no others. */
export interface GlueCalls {
  getTable(input: { DatabaseName: string; Name: string }): Promise<{ Table?: Table | undefined }>;
  updateTable(input: {
    DatabaseName: string;
    TableInput: TableInput;
    VersionId: string | undefined;
    SkipArchive: true;
  }): Promise<unknown>;
}

/** Some seconds in all: somebody else who changes a table is done by then. */
const GLUE_RETRY: RetryPolicy = { retries: 4, minTimeout: 200, maxTimeout: 5_000 };

/** Glue of one region. No retries: a change that met another one has to begin with reading, see {@link openQueryTables}. */
export function openGlue(region: string): GlueCalls {
  const client = new GlueClient({ ...clientOptions(region), maxAttempts: 1 });
  return {
    getTable: (input) => client.send(new GetTableCommand(input)),
    updateTable: (input) => client.send(new UpdateTableCommand(input)),
  };
}

/** The tables `tables` of `database`, over Glue's calls: read, changed and written as one, "not found" as a value. */
export function openQueryTables(
  glue: GlueCalls,
  { database, tables }: { readonly database: string; readonly tables: readonly string[] },
  retry: RetryPolicy = GLUE_RETRY,
): QueryTables {
  const tableNames = new Map(tables.map((table) => [`${database}.${table}`, table]));

  async function tryToChange(Name: string, change: (present: ClusterList) => ClusterList | undefined) {
    const { Table: table } = await glue.getTable({ DatabaseName: database, Name });
    if (table === undefined) throw new Error(`GetTable answered for "${database}.${Name}" without a table`);
    const list = change(listOf(table));
    if (list === undefined) return "unchanged" as const;
    await glue.updateTable({
      DatabaseName: database,
      TableInput: withList(table, list),
      // Glue refuses the write when the table is not the one that was read; so nobody's change is undone.
      VersionId: table.VersionId,
      // A version of the table for every cluster that comes would be of use to nobody, and they are counted.
      SkipArchive: true,
    });
    return "changed" as const;
  }

  return {
    names: [...tableNames.keys()],
    async changeList(name, change) {
      try {
        return await withRetry(() => tryToChange(tableNames.get(name) ?? name, change), retry, isTimeOut);
      } catch (error) {
        if (errorCode(error) === "EntityNotFound") return "missing";
        throw error;
      }
    },
  };
}

function isTimeOut(error: unknown): boolean {
  return errorCode(error) === "OperationTimeout";
}

function listOf({ Parameters = {} }: Table): ClusterList {
  return {
    type: Parameters[CLUSTER_PROJECTION.type] ?? "",
    values: Parameters[CLUSTER_PROJECTION.values] ?? "",
  };
}

/** No field can be forgotten, also not one that a later version of the API brings. None of our tables is a view. */
type WholeTableInput = {
  readonly [Field in keyof Required<Omit<TableInput, "ViewDefinition">>]: TableInput[Field];
};

/** The whole table as UpdateTable takes it, which drops what it is not given. */
function withList(table: Table, { type, values }: ClusterList): WholeTableInput {
  const { [CLUSTER_PROJECTION.values]: _, ...others } = table.Parameters ?? {};
  return {
    Name: table.Name,
    Description: table.Description,
    // Answered as "", and refused as that.
    Owner: table.Owner === "" ? undefined : table.Owner,
    LastAccessTime: table.LastAccessTime,
    LastAnalyzedTime: table.LastAnalyzedTime,
    Retention: table.Retention,
    StorageDescriptor: table.StorageDescriptor,
    PartitionKeys: table.PartitionKeys,
    ViewOriginalText: table.ViewOriginalText,
    ViewExpandedText: table.ViewExpandedText,
    TableType: table.TableType,
    TargetTable: table.TargetTable,
    FederatedTable: table.FederatedTable,
    Parameters: {
      ...others,
      [CLUSTER_PROJECTION.type]: type,
      ...(values === "" ? {} : { [CLUSTER_PROJECTION.values]: values }),
    },
  };
}
