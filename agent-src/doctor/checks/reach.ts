import type { Subject } from "../context.ts";
import { problem, ok, skipped, type Check, type Finding } from "../check.ts";
import { endpointOf, type DoctorContext, type Endpoint } from "../context.ts";
import { causeCode } from "../error-code.ts";

const NAMES: Readonly<Record<Subject, string>> = {
  prometheus: "Prometheus",
  opencost: "OpenCost",
  sink: "S3",
};

/** Whether the subject's host name resolves. */
export function dnsCheck(subject: Subject): Check {
  return {
    id: `${subject}-dns`,
    title: `${NAMES[subject]}: the host name resolves`,
    about: [subject],
    needs: [],
    run: (context) => withEndpoint(context, subject, (endpoint) => checkDns(context, endpoint)),
  };
}

/** Whether the subject's port takes connections. */
export function connectionCheck(subject: Subject): Check {
  return {
    id: `${subject}-connection`,
    title: `${NAMES[subject]}: the port takes connections`,
    about: [subject],
    needs: [`${subject}-dns`],
    run: (context) => withEndpoint(context, subject, (endpoint) => checkConnection(context, endpoint)),
  };
}

async function withEndpoint(
  context: DoctorContext,
  subject: Subject,
  run: (endpoint: Endpoint) => Promise<Finding>,
): Promise<readonly Finding[]> {
  const endpoint = endpointOf(context, subject);
  return [endpoint ? await run(endpoint) : skipped("the sink is a folder")];
}

async function checkDns({ network }: DoctorContext, { host, name, flag }: Endpoint): Promise<Finding> {
  try {
    const addresses = await network.resolve(host);
    const shown = addresses.slice(0, 3).join(", ");
    return ok(addresses.length === 1 && shown === host ? `"${host}" is an address` : `"${host}" is ${shown}`);
  } catch (error) {
    const code = causeCode(error) ?? "no code";
    const text = `the host "${host}" of ${name} does not resolve (${code})`;
    return code === "EAI_AGAIN"
      ? problem(
          text,
          "the resolver did not answer: check that the pod may reach cluster DNS (port 53, NetworkPolicy), and CoreDNS",
        )
      : problem(
          text,
          `check ${flag}; of a service in another namespace the name is "<service>.<namespace>.svc"`,
        );
  }
}

async function checkConnection({ network }: DoctorContext, endpoint: Endpoint): Promise<Finding> {
  const { host, port, name } = endpoint;
  try {
    await network.connect(host, port);
    return ok(`"${host}:${port}" accepts connections`);
  } catch (error) {
    const code = causeCode(error) ?? (error instanceof Error ? error.message : String(error));
    return problem(`cannot connect to ${name} at "${host}:${port}" (${code})`, connectionFix(code, endpoint));
  }
}

function connectionFix(code: string, { flag, port }: Endpoint): string {
  switch (code) {
    case "ECONNREFUSED":
      return `nothing listens on port ${port}: check the port of ${flag}, and that the server runs`;
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return `packets do not arrive: check NetworkPolicies, security groups and routes, and the address of ${flag}`;
    default:
      return `check ${flag}`;
  }
}
