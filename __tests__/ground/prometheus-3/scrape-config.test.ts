import { describe, expect, test } from "@jest/globals";
import { JOBS, scrapeConfig } from "../../e2e/ground/prometheus-3/scrape-config.ts";

interface Job {
  readonly job_name: string;
  readonly scheme?: string;
  readonly tls_config?: object;
  readonly authorization?: object;
  readonly honor_labels?: boolean;
  readonly kubernetes_sd_configs: readonly Record<string, unknown>[];
  readonly relabel_configs: readonly {
    readonly source_labels: readonly string[];
    readonly regex?: string;
    readonly action?: string;
  }[];
}

const TRUST = {
  tls_config: { ca_file: "/pki/ca.crt" },
  authorization: { type: "Bearer", credentials_file: "/data/token" },
};

const { scrape_configs: jobs } = scrapeConfig({ authority: "/pki/ca.crt", token: "/data/token" }) as {
  scrape_configs: readonly Job[];
};

function job(name: string): Job {
  const found = jobs.find(({ job_name }) => job_name === name);
  if (!found) throw new Error(`there is no job "${name}"`);
  return found;
}

describe("the live Prometheus", () => {
  test("finds every target by the API server, whose certificate it checks", () => {
    expect(jobs.map(({ job_name }) => job_name).sort()).toEqual(Object.values(JOBS).sort());
    for (const {
      kubernetes_sd_configs: [discovery],
    } of jobs) {
      expect(discovery).toMatchObject({ api_server: "https://127.0.0.1:6443", ...TRUST });
    }
    expect(JSON.stringify(jobs)).not.toContain("insecure_skip_verify");
  });

  test("reads kubelets by their certificate and with its own token, and leaves simulated nodes out", () => {
    const cadvisor = job(JOBS.cadvisor);
    expect(cadvisor).toMatchObject({ scheme: "https", metrics_path: "/metrics/cadvisor", ...TRUST });
    expect(cadvisor.relabel_configs).toContainEqual({
      source_labels: ["__meta_kubernetes_node_annotation_kwok_x_k8s_io_node"],
      regex: "fake",
      action: "drop",
    });
  });

  test("gives its token to nobody but the API server and kubelets", () => {
    const others = jobs.filter(({ job_name }) => job_name !== JOBS.cadvisor);
    expect(others.map(({ authorization }) => authorization)).toEqual([undefined, undefined, undefined]);
  });

  test("leaves kube-state-metrics' labels as they are, under the job that the agent expects", () => {
    expect(job("kube-state-metrics")).toMatchObject({
      honor_labels: true,
      kubernetes_sd_configs: [{ role: "endpointslice", namespaces: { names: ["monitoring"] } }],
    });
  });

  test("puts an annotated port in the place of any other", () => {
    for (const name of [JOBS.services, JOBS.pods]) {
      const address = job(name).relabel_configs.find(({ source_labels: [first] }) => first === "__address__");
      const regex = new RegExp(`^(?:${address?.regex})$`);
      expect("10.244.0.3:53;9153".replace(regex, "$1:$2")).toBe("10.244.0.3:9153");
      expect("10.244.0.3;9153".replace(regex, "$1:$2")).toBe("10.244.0.3:9153");
      expect(regex.test("10.244.0.3:53;")).toBe(false);
    }
  });
});
