import { CONTROL_PLANE } from "../kubernetes/control-plane.ts";
import { ETCD } from "../kubernetes/etcd.ts";
import { KWOK } from "../kubernetes/kwok.ts";
import { NODE } from "../kubernetes/node.ts";
import type { Part } from "./part.ts";

/** Every part of the ground, what is needed before what needs it. */
export const PARTS: readonly Part[] = [ETCD, CONTROL_PLANE, NODE, KWOK];
