{{/* How many pods the newest version has, and how many may be away. */}}

{{/* Whether no pod of the newest version is meant to be there, by the values or by `kubectl scale`, so that nothing can ask it what it offers. */}}
{{- define "durable-agent.isIdle" -}}
{{- if not (or .Values.autoscaling.enabled .Values.keda.enabled) }}
{{- $replicas := .Values.replicaCount }}
{{- if kindIs "invalid" $replicas }}
{{- $name := include "durable-agent.versioned" (dict "context" . "tag" (include "durable-agent.tag" .)) }}
{{- with lookup "apps/v1" "Deployment" .Release.Namespace $name }}{{ $replicas = .spec.replicas }}{{ end }}
{{- end }}
{{- if and (not (kindIs "invalid" $replicas)) (eq (int $replicas) 0) }}true{{ end }}
{{- end }}
{{- end }}

{{/* What an autoscaler scales: the newest version. */}}
{{- define "durable-agent.scaleTarget" -}}
{{- if eq .Values.restate.mode "operator" }}
apiVersion: restate.dev/v1beta1
kind: RestateDeployment
name: {{ include "durable-agent.fullname" . }}
{{- else }}
apiVersion: apps/v1
kind: Deployment
name: {{ include "durable-agent.versioned" (dict "context" . "tag" (include "durable-agent.tag" .)) }}
{{- end }}
{{- end }}

{{- define "durable-agent.cpuMetric" -}}
- type: Resource
  resource:
    name: cpu
    target: { type: Utilization, averageUtilization: {{ .Values.autoscaling.targetCPUUtilizationPercentage }} }
{{- end }}

{{- define "durable-agent.autoscaler" -}}
{{- with .Values.autoscaling }}
{{- if .enabled }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{ include "durable-agent.metadata" (dict "context" $) | nindent 2 }}
spec:
  scaleTargetRef: {{ include "durable-agent.scaleTarget" $ | nindent 4 }}
  minReplicas: {{ .minReplicas }}
  maxReplicas: {{ .maxReplicas }}
  metrics:
    {{- if gt (int .targetCPUUtilizationPercentage) 0 }}
    {{- include "durable-agent.cpuMetric" $ | nindent 4 }}
    {{- end }}
    {{- if gt (int .targetInFlight) 0 }}
    - type: External
      external:
        metric:
          name: {{ .metric.name }}
          selector:
            matchLabels: {{ merge (dict "agent" (include "durable-agent.name" $)) .metric.labels | toYaml | nindent 14 }}
        target: { type: AverageValue, averageValue: {{ .targetInFlight | toString | quote }} }
    {{- end }}
  {{- with .behavior }}
  behavior: {{ toYaml . | nindent 4 }}
  {{- end }}
{{- else if $.Values.keda.enabled }}
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {{ include "durable-agent.metadata" (dict "context" $) | nindent 2 }}
spec:
  scaleTargetRef: {{ include "durable-agent.scaleTarget" $ | nindent 4 }}
  minReplicaCount: {{ .minReplicas }}
  maxReplicaCount: {{ .maxReplicas }}
  {{- with .behavior }}
  advanced:
    horizontalPodAutoscalerConfig:
      behavior: {{ toYaml . | nindent 8 }}
  {{- end }}
  triggers:
    - type: prometheus
      metadata:
        serverAddress: {{ $.Values.keda.serverAddress }}
        query: {{ $.Values.keda.query | default (printf "sum(%s{agent=%q})" .metric.name (include "durable-agent.name" $)) | squote }}
        threshold: {{ $.Values.keda.threshold | toString | quote }}
{{- end }}
{{- end }}
{{- end }}

{{- define "durable-agent.podDisruptionBudget" -}}
{{- if .Values.podDisruptionBudget.enabled }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{ include "durable-agent.metadata" (dict "context" .) | nindent 2 }}
spec:
  # Of all versions together.
  maxUnavailable: {{ .Values.podDisruptionBudget.maxUnavailable }}
  selector:
    matchLabels: {{ include "durable-agent.selector" . | nindent 6 }}
{{- end }}
{{- end }}
