{{/* An agent that is installed alone is made known to Restate by jobs of its own. */}}
{{- define "durable-agent.registration" -}}
{{- $context := . }}
{{- $name := printf "%s-jobs" (include "durable-agent.fullname" .) }}
{{- $labels := dict "app.kubernetes.io/name" "release-jobs" "app.kubernetes.io/instance" .Release.Name "app.kubernetes.io/part-of" .Chart.Name }}
{{- $podLabels := merge (dict) $labels .Values.podLabels .Values.commonLabels }}
{{- $metadata := include "durable-agent.metadata" (dict "context" . "name" $name) | fromYaml }}
{{- $metadata = set $metadata "labels" (merge (dict) $labels $metadata.labels) }}
{{- $newest := include "durable-agent.tag" . }}
{{- $urls := list }}
{{- range append .Values.previous $newest }}
{{- $urls = append $urls (include "durable-agent.url" (dict "context" $context "tag" .)) }}
{{- end }}
{{- $resources := dict "requests" (dict "cpu" "20m" "memory" "64Mi") "limits" (dict "memory" "256Mi") }}
{{- $jobs := dict
  "name" (include "durable-agent.fullname" .)
  "image" .Values.register.image "pullPolicy" .Values.image.pullPolicy "resources" $resources
  "adminUrl" .Values.restate.adminUrl "timeoutSeconds" .Values.register.timeoutSeconds
  "owner" (include "durable-agent.owner" .) "prefixes" (list (printf "http://%s-" (include "durable-agent.fullname" .)))
  "deployments" $urls "idle" (ternary $urls list (eq (include "durable-agent.isIdle" .) "true")) "uninstall" true
  "metadata" (toYaml $metadata)
  "podMetadata" (dict "labels" $podLabels "annotations" (merge (dict) .Values.podAnnotations .Values.commonAnnotations) | toYaml)
  "podSpec" (include "durable-agent.podSpec" (dict "values" .Values "selector" $labels)) }}
{{- include "durable-agent.jobs" $jobs }}
---
{{ include "durable-agent.resumePaused" $jobs }}
{{- if .Values.networkPolicy.enabled }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{ toYaml $metadata | nindent 2 }}
spec:
  podSelector:
    matchLabels: { app.kubernetes.io/name: release-jobs, app.kubernetes.io/instance: {{ .Release.Name | quote }} }
  policyTypes: [Ingress, Egress]
  egress:
    {{- include "durable-agent.dnsEgress" . | nindent 4 }}
    - ports: [{ port: {{ include "durable-agent.port" .Values.restate.adminUrl }} }]
{{- end }}
{{- end }}

{{/* Whose deployments are whose, where several releases share a Restate. */}}
{{- define "durable-agent.owner" -}}
{{ .Release.Namespace }}/{{ .Release.Name }}
{{- end }}
