/** Ports of the parts that are no pieces of Kubernetes, on 127.0.0.1: the ones that people know them by. */
export const SERVICE_PORTS = {
  prometheus: 9090,
  prometheusLive: 9091,
  victoriaMetrics: 8428,
  opencost: 9003,
  generatedPrometheus: 9092,
  generatedOpencost: 9004,
  ministack: 4566,
  s3: 7070,
  gpuMetrics: 9400,
  faultProxy: 8474,
} as const;

/** Where one of them answers, for this machine. */
export function serviceUrl(service: keyof typeof SERVICE_PORTS): string {
  return `http://127.0.0.1:${SERVICE_PORTS[service]}`;
}
