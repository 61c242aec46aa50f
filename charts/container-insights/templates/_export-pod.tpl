{{/* The pod of one export run. */}}
{{- define "container-insights.exportPod" -}}
{{- $hourly := .Values.export.hourly -}}
restartPolicy: Never
serviceAccountName: nops-container-insights
automountServiceAccountToken: false
enableServiceLinks: false
# SIGTERM lets the run finish the object that it is writing, and start no other.
terminationGracePeriodSeconds: {{ int $hourly.terminationGracePeriodSeconds }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.pod.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.pod.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.pod.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.pod.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
containers:
  - name: export
    image: {{ include "container-insights.image" . | quote }}
    imagePullPolicy: {{ .Values.image.pullPolicy }}
    args: [export, --job, hourly, --json]
    envFrom:
      - configMapRef:
          name: container-insights-export
    env:
      # Not in the ConfigMap: EKS adds AWS_REGION of the cluster unless the container itself names one.
      - name: AWS_REGION
        value: {{ include "container-insights.region" . | quote }}
      {{- if eq .Values.identity.mode "staticKeys" }}
      {{- range list "AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY" }}
      - name: {{ . }}
        valueFrom:
          secretKeyRef:
            name: {{ $.Values.identity.staticKeys.existingSecret | quote }}
            key: {{ . }}
      {{- end }}
      {{- end }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities:
        drop: [ALL]
    resources:
      {{- toYaml $hourly.resources | nindent 6 }}
    volumeMounts:
      - name: tmp
        mountPath: /tmp
      {{- if .Values.prometheus.bearerToken.existingSecret }}
      - name: prometheus-token
        mountPath: /var/run/secrets/prometheus
        readOnly: true
      {{- end }}
volumes:
  - name: tmp
    emptyDir:
      sizeLimit: {{ $hourly.tmpSizeLimit | quote }}
  {{- with .Values.prometheus.bearerToken }}
  {{- if .existingSecret }}
  - name: prometheus-token
    secret:
      secretName: {{ .existingSecret | quote }}
      items:
        - { key: {{ .key | quote }}, path: {{ .key | quote }} }
  {{- end }}
  {{- end }}
{{- end }}
