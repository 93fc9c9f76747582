{{/* What stands around the workload: who it is, how it scales, who may reach it. */}}

{{- define "durable-agent.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "durable-agent.serviceAccountName" . }}
  labels: {{ include "durable-agent.labels" . | nindent 4 }}
  {{- with .Values.serviceAccount.annotations }}
  annotations: {{ toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
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

{{- define "durable-agent.autoscaler" -}}
{{- if .Values.autoscaling.enabled }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "durable-agent.fullname" . }}
  labels: {{ include "durable-agent.labels" . | nindent 4 }}
spec:
  scaleTargetRef: {{ include "durable-agent.scaleTarget" . | nindent 4 }}
  minReplicas: {{ .Values.autoscaling.minReplicas }}
  maxReplicas: {{ .Values.autoscaling.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: { type: Utilization, averageUtilization: {{ .Values.autoscaling.targetCPUUtilizationPercentage }} }
  {{- with .Values.autoscaling.behavior }}
  behavior: {{ toYaml . | nindent 4 }}
  {{- end }}
{{- else if .Values.keda.enabled }}
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: {{ include "durable-agent.fullname" . }}
  labels: {{ include "durable-agent.labels" . | nindent 4 }}
spec:
  scaleTargetRef: {{ include "durable-agent.scaleTarget" . | nindent 4 }}
  minReplicaCount: {{ .Values.autoscaling.minReplicas }}
  maxReplicaCount: {{ .Values.autoscaling.maxReplicas }}
  triggers:
    - type: prometheus
      metadata:
        serverAddress: {{ required "keda.serverAddress: is required with keda.enabled: Prometheus' URL" .Values.keda.serverAddress }}
        query: {{ required "keda.query: is required with keda.enabled: the invocations in flight of this agent" .Values.keda.query | quote }}
        threshold: {{ .Values.keda.threshold | toString | quote }}
{{- end }}
{{- end }}

{{- define "durable-agent.podDisruptionBudget" -}}
{{- if .Values.podDisruptionBudget.enabled }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "durable-agent.fullname" . }}
  labels: {{ include "durable-agent.labels" . | nindent 4 }}
spec:
  maxUnavailable: {{ .Values.podDisruptionBudget.maxUnavailable }}
  selector:
    matchLabels: {{ include "durable-agent.selector" . | nindent 6 }}
{{- end }}
{{- end }}

{{- define "durable-agent.networkPolicy" -}}
{{- if .Values.networkPolicy.enabled }}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "durable-agent.fullname" . }}
  labels: {{ include "durable-agent.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels: {{ include "durable-agent.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  {{- with .Values.networkPolicy.from }}
  ingress:
    - from: {{ toYaml . | nindent 8 }}
      ports: [{ port: restate }]
  {{- else }}
  ingress: []
  {{- end }}
  egress:
    # Names are looked up.
    - ports:
        - { port: 53, protocol: UDP }
        - { port: 53, protocol: TCP }
    {{- with .Values.networkPolicy.to }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
{{- end }}

{{/* All objects of an agent, for charts that install several. */}}
{{- define "durable-agent.objects" -}}
{{- range list "serviceAccount" "workload" "autoscaler" "podDisruptionBudget" "networkPolicy" }}
---
{{ include (printf "durable-agent.%s" .) $ }}
{{- end }}
{{- end }}
