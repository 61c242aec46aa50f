/** Labels as the text between the braces; empty ones are left out, as Prometheus does. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}="${value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`)
    .join(",");
}

/** Kubernetes labels as kube-state-metrics names them: `app.kubernetes.io/name` is `label_app_kubernetes_io_name`. */
export function prefixedLabels(
  prefix: "label" | "annotation",
  labels: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [
      `${prefix}_${name.replace(/[^a-zA-Z0-9_]/g, "_")}`,
      value,
    ]),
  );
}
