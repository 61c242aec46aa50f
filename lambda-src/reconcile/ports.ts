import type { PolicyDocument } from "../../contract/policy-document.ts";
import type { ActualAssociation, BriefRole, FullRole, ObservedCluster, RoleSpec } from "./model.ts";
import type { ClusterList } from "./query-tables.ts";

/** What is read of IAM. */
export interface RoleReader {
  /** Names of all roles below a path, all pages. */
  listRoleNames(pathPrefix: string): Promise<string[]>;
  /** undefined when there is no such role. @throws NoSuchEntity when it is there, and what belongs to it is not found */
  readRole(name: string): Promise<FullRole | undefined>;
  /** Of the role's policies only the writer policy: two calls instead of four and more. */
  readRoleBriefly(name: string): Promise<BriefRole | undefined>;
  /** Path and tags, in one call. */
  readOutline(name: string): Promise<Pick<FullRole, "path" | "tags"> | undefined>;
  listOidcProviders(): Promise<string[]>;
}

/** What is written to IAM. Each call is one write, already retried where a retry can help. */
export interface RoleWriter {
  /** `exists` when the name is taken, in any case and at any path. */
  createRole(spec: RoleSpec): Promise<"created" | "exists">;
  putBoundary(name: string, boundaryArn: string): Promise<void>;
  putTrust(name: string, trust: PolicyDocument): Promise<void>;
  putInlinePolicy(name: string, policyName: string, policy: PolicyDocument): Promise<void>;
  /** Done when it is already gone, like every removal here. */
  removeInlinePolicy(name: string, policyName: string): Promise<void>;
  detachPolicy(name: string, policyArn: string): Promise<void>;
  putTags(name: string, tags: Readonly<Record<string, string>>): Promise<void>;
  removeTags(name: string, keys: readonly string[]): Promise<void>;
  deleteRole(name: string): Promise<void>;
}

export type RoleStore = RoleReader & RoleWriter;

/** The clusters of one region. */
export interface ClusterDirectory {
  /** Names of all clusters, all pages. */
  listClusters(): Promise<string[]>;
  /** undefined when EKS answers ResourceNotFound. */
  describeCluster(name: string): Promise<ObservedCluster | undefined>;
  /** Pod Identity associations in the agent's namespace; undefined when there is no such cluster. */
  listAssociations(cluster: string): Promise<ActualAssociation[] | undefined>;
}

/** What is written to EKS, in one region: which service account gets which role by Pod Identity. */
export interface AssociationWriter {
  /** `exists` when the service account has an association already, whosever it is. */
  associate(
    cluster: string,
    association: Pick<ActualAssociation, "serviceAccount" | "roleArn" | "tags">,
  ): Promise<"created" | "exists">;
  reassociate(cluster: string, id: string, roleArn: string): Promise<void>;
  /** Sets these tags and keeps others. */
  retag(cluster: string, id: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /** Done when it, or the cluster, is already gone. */
  disassociate(cluster: string, id: string): Promise<void>;
}

/** Everything a run looks at. */
export interface Reads {
  readonly roles: RoleReader;
  readonly clusters: (region: string) => ClusterDirectory;
  /** @default no pause is made */
  readonly sleep?: Ports["sleep"];
}

/** Where the last report is kept. */
export interface ReportStore {
  write(report: unknown): Promise<void>;
  /** Done when there is none. */
  remove(): Promise<void>;
}

/** The deployment's query tables, as far as they say which clusters there are. */
export interface QueryTables {
  /** `<database>.<table>` of each. */
  readonly names: readonly string[];
  /**
   * Reads a table's list and writes what `change` makes of it; nothing where that is undefined. `change` is called
   * again when somebody else changed the table in between.
   */
  changeList(
    name: string,
    change: (present: ClusterList) => ClusterList | undefined,
  ): Promise<"changed" | "unchanged" | "missing">;
}

/** Writes one structured log line: a static message, the data in fields. */
export type Log = (level: "INFO" | "WARN" | "ERROR", message: string, fields: object) => void;

/** Everything a run touches outside itself. */
export interface Ports {
  readonly roles: RoleStore;
  readonly clusters: (region: string) => ClusterDirectory;
  readonly associations: (region: string) => AssociationWriter;
  /** @default there are none */
  readonly queryTables?: QueryTables | undefined;
  readonly reports: ReportStore;
  readonly log: Log;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Whether there is time to start another piece of work. */
  readonly hasTime: () => boolean;
}
