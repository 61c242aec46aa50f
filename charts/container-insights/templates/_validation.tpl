{{/*
Rules about values that a schema cannot say, or cannot say with the fix. All problems are reported together.
The same rules, in the same words, are in stacks/chart-rules.ts; the cases in __tests__/charts/cases run against both.
Only functions that Helm 3.3 had, too.
*/}}
{{- define "container-insights.validate" -}}
{{- $problems := list -}}
{{- $v := .Values -}}
{{- if not (regexMatch "^arn:aws[a-z-]*:eks:[a-z]{2}[a-z-]*-[0-9]{1,2}:[0-9]{12}:cluster/[A-Za-z0-9][A-Za-z0-9_-]{0,99}$" $v.clusterArn) -}}
{{- $problems = append $problems (printf "clusterArn is \"%s\", which is not the ARN of an EKS cluster; set it in the form \"arn:aws:eks:eu-west-1:123456789012:cluster/prod\"" $v.clusterArn) -}}
{{- end -}}
{{- if not $v.image.repository -}}
{{- $problems = append $problems "image.repository is \"\"; set it to the repository that the image of agent-src/Containerfile was pushed to" -}}
{{- end -}}
{{- if and $v.image.digest (not (regexMatch "^sha256:[0-9a-f]{64}$" $v.image.digest)) -}}
{{- $problems = append $problems (printf "image.digest is \"%s\"; set it to \"sha256:\" and 64 hex digits, or leave it empty and set image.tag" $v.image.digest) -}}
{{- end -}}
{{- if not (regexMatch "^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$" $v.sink.url) -}}
{{- $problems = append $problems (printf "sink.url is \"%s\"; set it to \"s3://<bucket>\", with the prefix in sink.keyPrefix" $v.sink.url) -}}
{{- end -}}
{{- if not (regexMatch "^([A-Za-z0-9_][A-Za-z0-9_.=-]*(/[A-Za-z0-9_][A-Za-z0-9_.=-]*)*)?$" $v.sink.keyPrefix) -}}
{{- $problems = append $problems (printf "sink.keyPrefix is \"%s\"; use letters, digits, \"_\", \"-\", \".\" and single slashes between, as in \"container-insights\"" $v.sink.keyPrefix) -}}
{{- end -}}
{{- $mode := $v.identity.mode -}}
{{- $secret := $v.identity.staticKeys.existingSecret -}}
{{- if and (eq $mode "irsa") (not (regexMatch "^arn:aws[a-z-]*:iam::[0-9]{12}:role/[0-9A-Za-z_+=,.@/-]+$" $v.identity.roleArn)) -}}
{{- $problems = append $problems (printf "identity.roleArn is \"%s\", which is not the ARN of an IAM role; set it to the cluster's role, or set identity.mode to \"podIdentity\" or \"staticKeys\"" $v.identity.roleArn) -}}
{{- end -}}
{{- if and (ne $mode "irsa") $v.identity.roleArn -}}
{{- $problems = append $problems (printf "identity.roleArn is \"%s\" but identity.mode is \"%s\"; remove the ARN, or set identity.mode to \"irsa\"" $v.identity.roleArn $mode) -}}
{{- end -}}
{{- if and (eq $mode "staticKeys") (not $secret) -}}
{{- $problems = append $problems "identity.staticKeys.existingSecret is \"\"; set it to a Secret with the keys AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" -}}
{{- end -}}
{{- if and (ne $mode "staticKeys") $secret -}}
{{- $problems = append $problems (printf "identity.staticKeys.existingSecret is \"%s\" but identity.mode is \"%s\"; remove the Secret, or set identity.mode to \"staticKeys\"" $secret $mode) -}}
{{- end -}}
{{- /* The role trusts service accounts of this namespace only; keys work anywhere. Terraform lints without a namespace. */ -}}
{{- if and (ne $mode "staticKeys") .Release.Namespace (ne .Release.Namespace "nops") -}}
{{- $problems = append $problems (printf "the release's namespace is \"%s\", but the cluster's role trusts service accounts of \"nops\" only; install with --namespace nops" .Release.Namespace) -}}
{{- end -}}
{{- with include "container-insights.urlProblem" (dict "name" "prometheus.url" "url" $v.prometheus.url "example" "http://prometheus-server.monitoring.svc") -}}
{{- $problems = append $problems . -}}
{{- end -}}
{{- if not $v.prometheus.kubeStateMetricsJob -}}
{{- $problems = append $problems "prometheus.kubeStateMetricsJob is \"\"; set it to kube-state-metrics' job label, because OpenCost re-emits its metrics under its own" -}}
{{- end -}}
{{- range $name, $job := dict "kubeStateMetricsJob" $v.prometheus.kubeStateMetricsJob "cadvisorJob" $v.prometheus.cadvisorJob -}}
{{- /* regexMatch is false for what does not compile, by itself or inside the anchors that Prometheus adds; its engine is Prometheus'. */ -}}
{{- if and $job (not (and (regexMatch (printf "^$|%s" $job) "") (regexMatch (printf "^$|(?s:%s)" $job) ""))) -}}
{{- $problems = append $problems (printf "prometheus.%s is \"%s\", which Prometheus cannot read as a regular expression; close every parenthesis and bracket, as in \"(a|b)-metrics\"" $name $job) -}}
{{- end -}}
{{- end -}}
{{- with include "container-insights.urlProblem" (dict "name" "openCost.url" "url" $v.openCost.url "example" "http://opencost.opencost.svc:9003") -}}
{{- $problems = append $problems . -}}
{{- end -}}
{{- $hourly := $v.export.hourly -}}
{{- $settled := int (div (add (int $hourly.settleSeconds) 59) 60) -}}
{{- if and (not (kindIs "invalid" $hourly.minute)) (lt (int $hourly.minute) $settled) -}}
{{- $problems = append $problems (printf "export.hourly.minute is %d, before the last hour has settled (export.hourly.settleSeconds is %d), so every hour would come an hour late; set it to %d or more" (int $hourly.minute) (int $hourly.settleSeconds) $settled) -}}
{{- end -}}
{{- /* A rule without ports would allow all of them. Helm drops a value set to null before the schema sees it. */ -}}
{{- range $name := list "dns" "openCost" "prometheus" -}}
{{- if not (index $v.networkPolicy $name).ports -}}
{{- $problems = append $problems (printf "networkPolicy.%s.ports is empty, which would allow every port; list the ports that its pods listen on" $name) -}}
{{- end -}}
{{- end -}}
{{- if $problems -}}
{{- fail (printf "\n\nThe values cannot work:\n- %s\n" (join "\n- " $problems)) -}}
{{- end -}}
{{- end }}

{{/* What is wrong with a base URL; nothing when it is good. A URL with credentials is not quoted: it holds a secret. */}}
{{- define "container-insights.urlProblem" -}}
{{- if regexMatch "^https?://[^/?#]*@" .url -}}
{{- printf "%s holds a user name or password, which anyone who reads ConfigMaps would see; remove it from the URL" .name -}}
{{- else if not (regexMatch "^https?://[^/?#\\s]+(/[^?#\\s]*)?$" .url) -}}
{{- printf "%s is \"%s\"; set it to a base URL, as \"%s\"" .name .url .example -}}
{{- end -}}
{{- end }}
