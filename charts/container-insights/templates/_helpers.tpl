{{/* Labels of every object. */}}
{{- define "container-insights.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: container-insights
{{ include "container-insights.selectorLabels" . }}
{{- end }}

{{/* Labels that all pods of the release share, and nothing else has. */}}
{{- define "container-insights.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{/* The image: registry before the repository, and the digest before the tag, because it names one image for good. */}}
{{- define "container-insights.image" -}}
{{- $repository := .Values.image.repository -}}
{{- with .Values.global.imageRegistry }}{{ $repository = printf "%s/%s" (trimSuffix "/" .) $repository }}{{ end -}}
{{- if .Values.image.digest -}}
{{ printf "%s@%s" $repository .Values.image.digest }}
{{- else -}}
{{ printf "%s:%s" $repository (.Values.image.tag | default .Chart.AppVersion) }}
{{- end -}}
{{- end }}

{{/* Region of the bucket: the fourth field of the cluster's ARN unless said otherwise. `helm lint` renders without an ARN. */}}
{{- define "container-insights.region" -}}
{{- .Values.sink.region | default (split ":" .Values.clusterArn)._3 -}}
{{- end }}

{{/*
Minute of the hourly run. Clusters that share a Prometheus or a bucket must not all start at once, and one cluster must
always start at the same minute: hence from the ARN. From 10, when the last scrapes are in, to 54, before the next hour.
*/}}
{{- define "container-insights.minute" -}}
{{- if kindIs "invalid" .Values.export.hourly.minute -}}
{{- add 10 (mod (adler32sum .Values.clusterArn) 45) -}}
{{- else -}}
{{- int .Values.export.hourly.minute -}}
{{- end -}}
{{- end }}

{{/* One egress rule to the pods of a namespace, or of any namespace. Takes a dict of `target`. */}}
{{- define "container-insights.podEgress" -}}
- to:
    {{- if .target.namespace }}
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {{ .target.namespace | quote }}
    {{- else }}
    - namespaceSelector: {}
    {{- end }}
  ports:
    {{- range .target.ports }}
    - { port: {{ int . }}, protocol: TCP }
    {{- end }}
{{- end }}
