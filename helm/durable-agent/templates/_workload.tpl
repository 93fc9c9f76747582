{{/* Standalone mode: a Deployment and a Service for the version and each previous one; operator mode: one RestateDeployment. */}}
{{- define "durable-agent.workload" -}}
{{- $context := . }}
{{- $newest := include "durable-agent.tag" . }}
{{- $scaled := or .Values.autoscaling.enabled .Values.keda.enabled }}
{{- if and .Values.autoscaling.enabled .Values.keda.enabled }}{{ fail "keda.enabled: cannot be true beside autoscaling.enabled: both would scale the same pods" }}{{ end }}
{{- if eq .Values.restate.mode "operator" }}
{{- if .Values.previous }}{{ fail "previous: is for restate.mode=standalone; the operator keeps older versions by itself" }}{{ end }}
{{- if not (.Capabilities.APIVersions.Has "restate.dev/v1beta1") }}{{ fail "restate.mode: operator needs the Restate operator's custom resources in the cluster: install it first, or set restate.mode=standalone" }}{{ end }}
apiVersion: restate.dev/v1beta1
kind: RestateDeployment
metadata:
  name: {{ include "durable-agent.fullname" . }}
  labels: {{ include "durable-agent.labels" . | nindent 4 }}
spec:
  {{- if not $scaled }}
  replicas: {{ .Values.replicaCount }}
  {{- end }}
  restate:
    register:
      {{- if .Values.restate.cluster }}
      cluster: {{ .Values.restate.cluster }}
      {{- else }}
      url: {{ required "restate.adminUrl: is required in operator mode without restate.cluster" .Values.restate.adminUrl }}
      {{- end }}
  selector:
    matchLabels: {{ include "durable-agent.selector" . | nindent 6 }}
  template: {{ include "durable-agent.pod" (dict "context" . "tag" $newest) | nindent 4 }}
{{- else }}
{{- range $tag := prepend (without .Values.previous $newest) $newest | uniq }}
{{- $name := include "durable-agent.versioned" (dict "context" $context "tag" $tag) }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}
  labels:
    {{- include "durable-agent.labels" $context | nindent 4 }}
    app.kubernetes.io/version: {{ $tag | quote }}
spec:
  {{- if or (not $scaled) (ne (toString $tag) $newest) }}
  replicas: {{ $context.Values.replicaCount }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "durable-agent.selector" $context | nindent 6 }}
      app.kubernetes.io/version: {{ $tag | quote }}
  template: {{ include "durable-agent.pod" (dict "context" $context "tag" (toString $tag)) | nindent 4 }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ $name }}
  labels:
    {{- include "durable-agent.labels" $context | nindent 4 }}
    app.kubernetes.io/version: {{ $tag | quote }}
spec:
  selector:
    {{- include "durable-agent.selector" $context | nindent 4 }}
    app.kubernetes.io/version: {{ $tag | quote }}
  ports:
    - { name: restate, port: 9080, targetPort: restate, appProtocol: kubernetes.io/h2c }
{{- end }}
{{- end }}
{{- end }}
