import type { Allowed } from "./decision.ts";

/** What S3 may do with the role of the replication, and who becomes that role. */
export const REPLICATION_DECISIONS: readonly Allowed[] = [
  ...["s3:GetReplicationConfiguration", "s3:ListBucket"].map((action): Allowed => ({
    who: "replication role",
    action,
    resource: "{bucket}",
    why: "finds out what to copy",
    unless: [
      { change: { resource: "{other bucket}" }, why: "this bucket only" },
      { change: { action: "s3:PutReplicationConfiguration" }, why: "what is copied is not its business" },
    ],
  })),
  ...["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl"].map((action): Allowed => ({
    who: "replication role",
    action,
    resource: "{own}/x.parquet",
    why: "reads what is to be copied",
    unless: [
      { change: { resource: "{bucket}/control/role-reconcile/latest.json" }, why: "data only" },
      { change: { resource: "{other bucket}/x.parquet" }, why: "this bucket only" },
      { change: { action: "s3:PutObject" }, why: "copies from here, never to here" },
      { change: { action: "s3:DeleteObject" }, why: "copies from here, never to here" },
    ],
  })),
  ...["s3:ReplicateObject", "s3:ObjectOwnerOverrideToBucketOwner"].map((action): Allowed => ({
    who: "replication role",
    action,
    resource: "{copy}/x.parquet",
    why: "writes copies, which belong to the central account",
    unless: [
      { change: { resource: "{central bucket}/x.parquet" }, why: "below the account's own prefix only" },
      { change: { action: "s3:ReplicateDelete" }, why: "what is deleted here stays there" },
      { change: { action: "s3:ReplicateTags" }, why: "there are none" },
      { change: { who: "cluster role" }, why: "an agent writes to its own bucket" },
    ],
  })),
  ...["kms:Encrypt", "kms:GenerateDataKey"].map((action): Allowed => ({
    who: "replication role",
    action,
    resource: "{central key}",
    context: { "kms:ViaService": "{via S3 elsewhere}" },
    why: "encrypts the copies",
    unless: [
      { change: { action: "kms:Decrypt" }, why: "writes copies, and reads none" },
      { change: { key: "kms:ViaService", value: undefined }, why: "not by itself, only through S3" },
      { change: { key: "kms:ViaService", value: "{via Lambda}" }, why: "through S3 only" },
    ],
  })),
  {
    who: "replication role",
    action: "kms:Decrypt",
    resource: "{key}",
    context: { "kms:ViaService": "{via S3}" },
    when: "kms",
    why: "reads what is to be copied",
    unless: [
      { change: { resource: "{other key}" }, why: "the bucket's key only" },
      { change: { key: "kms:ViaService", value: undefined }, why: "not by itself, only through S3" },
      { change: { action: "kms:GenerateDataKey" }, why: "writes nothing here" },
    ],
  },
  {
    who: "S3",
    action: "sts:AssumeRole",
    resource: "{replication role}",
    when: "replication",
    why: "S3 becomes the role",
    unless: [
      { change: { who: "another service" }, why: "only S3" },
      { change: { who: "stranger" }, why: "nobody of another account" },
    ],
  },
];
