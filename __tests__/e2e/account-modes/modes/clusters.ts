import type { TestCluster } from "../../account/expected-role.ts";

/** In the region of the stack. */
export const PROD: TestCluster = { region: "us-east-1", name: "prod" };
export const SHOP: TestCluster = { region: "eu-west-1", name: "shop" };
export const LAB: TestCluster = { region: "ap-southeast-2", name: "lab" };
