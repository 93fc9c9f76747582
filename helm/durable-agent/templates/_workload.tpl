{{/* Standalone mode: a Deployment and a Service for the version and each previous one; operator mode: one RestateDeployment. */}}
{{- define "durable-agent.workload" -}}
{{- $context := . }}
{{- $newest := include "durable-agent.tag" . }}
{{- $scaled := or .Values.autoscaling.enabled .Values.keda.enabled }}
{{- if eq .Values.restate.mode "operator" }}
apiVersion: restate.dev/v1beta1
kind: RestateDeployment
metadata: {{ include "durable-agent.metadata" (dict "context" .) | nindent 2 }}
spec:
  {{- if not (or $scaled (kindIs "invalid" .Values.replicaCount)) }}
  replicas: {{ .Values.replicaCount }}
  {{- end }}
  restate:
    register:
      {{- if .Values.restate.cluster }}
      cluster: {{ .Values.restate.cluster }}
      {{- else }}
      url: {{ .Values.restate.adminUrl }}
      {{- end }}
  {{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.targetCPUUtilizationPercentage) 0) }}
  # Of versions that are not the newest any more, while they end what they began.
  autoscaling:
    minReplicas: 1
    maxReplicas: {{ .Values.autoscaling.maxReplicas }}
    metrics: {{ include "durable-agent.cpuMetric" . | nindent 6 }}
  {{- end }}
  selector:
    matchLabels: {{ include "durable-agent.selector" . | nindent 6 }}
  template: {{ include "durable-agent.pod" (dict "context" . "tag" $newest) | nindent 4 }}
{{- else }}
{{- range $tag := prepend .Values.previous $newest }}
{{- $name := include "durable-agent.versioned" (dict "context" $context "tag" $tag) }}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{ include "durable-agent.metadata" (dict "context" $context "name" $name "tag" $tag) | nindent 2 }}
spec:
  {{- /* Unless the values say it, it is whoever scales' to say: an upgrade that says otherwise would be refused. */}}
  {{- $replicas := ternary (ternary nil $context.Values.replicaCount $scaled) $context.Values.previousReplicaCount (eq $tag $newest) }}
  {{- if not (kindIs "invalid" $replicas) }}
  replicas: {{ $replicas }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "durable-agent.selector" $context | nindent 6 }}
      app.kubernetes.io/version: {{ include "durable-agent.versionLabel" $tag | quote }}
  template: {{ include "durable-agent.pod" (dict "context" $context "tag" $tag) | nindent 4 }}
---
apiVersion: v1
kind: Service
metadata: {{ include "durable-agent.metadata" (dict "context" $context "name" $name "tag" $tag "annotations" $context.Values.service.annotations) | nindent 2 }}
spec:
  selector:
    {{- include "durable-agent.selector" $context | nindent 4 }}
    app.kubernetes.io/version: {{ include "durable-agent.versionLabel" $tag | quote }}
  ports:
    - { name: restate, port: 9080, targetPort: restate, appProtocol: kubernetes.io/h2c }
{{- end }}
{{- end }}
{{- end }}
