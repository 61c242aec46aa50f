import type { Setting, Who } from "./decision.ts";

/** One of those who ask, for who reads the table. */
export interface Party {
  /** What it is, as a sentence. */
  readonly is: string;
  /** With which settings there is none. */
  readonly notWith?: Setting;
  /** Without which setting there is none. */
  readonly onlyWith?: Setting;
}

/** Who asks, in the table's order. */
export const PARTIES: Readonly<Record<Who, Party>> = {
  administrator: { is: "A role of the account with a policy that allows everything." },
  anonymous: { is: "A request that nobody signed." },
  stranger: { is: "A role of another account, whose own policy allows it everything." },
  "reader role": { is: "The account's analysis role (`role_name`), with the read policy." },
  "additional reader": {
    is: "A role of `additional_reader_arns`, of another account, whose own policy allows it everything.",
    onlyWith: "readers",
  },
  "cluster role": {
    is: "The role that the reconciler makes for one cluster: its writer policy under the boundary.",
    notWith: "iam user",
  },
  "cluster role with a policy of everything": {
    is: "Such a role after somebody gave it a policy that allows everything; the boundary is all that is left.",
    notWith: "iam user",
  },
  "IAM user": { is: "The user of `create_iam_user`.", onlyWith: "iam user" },
  "cluster user": { is: "A user of `iam_users`, for one cluster.", onlyWith: "cluster users" },
  "replication role": {
    is: "The role with which S3 copies new data to the central bucket.",
    onlyWith: "replication",
  },
  "execution role": { is: "The role that both Lambdas run as.", notWith: "iam user" },
  "forwarding role": {
    is: "The role with which EventBridge forwards the events of another region (the module `region-events`).",
    onlyWith: "region events",
  },
  Lambda: { is: "The service `lambda.amazonaws.com`.", notWith: "iam user" },
  S3: { is: "The service `s3.amazonaws.com`." },
  EventBridge: { is: "The service `events.amazonaws.com`.", notWith: "iam user" },
  "another service": { is: "The service `ec2.amazonaws.com`." },
};
