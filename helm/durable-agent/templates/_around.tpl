{{/* Who the agent is, and who may reach it. */}}

{{- define "durable-agent.serviceAccount" -}}
{{- with .Values.serviceAccount }}
{{- if .create }}
apiVersion: v1
kind: ServiceAccount
metadata: {{ include "durable-agent.metadata" (dict "context" $ "name" (include "durable-agent.serviceAccountName" $) "annotations" .annotations) | nindent 2 }}
automountServiceAccountToken: false
{{- end }}
{{- end }}
{{- end }}

{{/* Names are looked up. */}}
{{- define "durable-agent.dnsEgress" -}}
- ports:
    - { port: 53, protocol: UDP }
    - { port: 53, protocol: TCP }
{{- end }}

{{- define "durable-agent.networkPolicy" -}}
{{- if .Values.networkPolicy.enabled }}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{ include "durable-agent.metadata" (dict "context" .) | nindent 2 }}
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
    {{- include "durable-agent.dnsEgress" . | nindent 4 }}
    {{- with .Values.networkPolicy.to }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
{{- end }}

{{/* All objects of an agent, for charts that install several. */}}
{{- define "durable-agent.objects" -}}
{{- include "durable-agent.validate" . }}
{{- range list "serviceAccount" "workload" "autoscaler" "podDisruptionBudget" "networkPolicy" }}
---
{{ include (printf "durable-agent.%s" .) $ }}
{{- end }}
{{- end }}
