{{/* Peers and egress rules of network policies. Each is a list, as YAML. */}}

{{/* The pods of one part. */}}
{{- define "holdfast.peer" -}}
- podSelector: { matchLabels: {{ include "holdfast.selector" . | fromYaml | toJson }} }
  {{- if eq .root.Values.restate.mode "operator" }}
  namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: {{ .root.Release.Namespace }} } }
  {{- end }}
{{- end }}

{{/* The pods of all agents. */}}
{{- define "holdfast.agentPeers" -}}
- podSelector: { matchLabels: { app.kubernetes.io/instance: {{ .Release.Name | quote }}, app.kubernetes.io/component: agent } }
{{- end }}

{{/* Where Restate's pods are. */}}
{{- define "holdfast.restatePeers" -}}
{{- if eq .Values.restate.mode "external" }}
{{- toYaml .Values.restate.external.peers }}
{{- else if eq .Values.restate.mode "operator" }}
- namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: {{ include "holdfast.restateCluster" . }} } }
{{- else }}
{{- include "holdfast.peer" (dict "root" . "name" "restate") }}
{{- end }}
{{- end }}

{{/* Who may call Restate's ingress: the public door, and the agents that publish progress through it. */}}
{{- define "holdfast.ingressCallers" -}}
{{- include "holdfast.peer" (dict "root" . "name" "gateway") }}
{{- range $name, $agent := include "holdfast.agents" . | fromYaml }}
{{- if $agent.publishes }}
{{ include "holdfast.peer" (dict "root" $ "name" $name) }}
{{- end }}
{{- end }}
{{- end }}

{{/* Who may call Restate's admin API: the jobs, and the gateway, which asks it which claims are in trouble. */}}
{{- define "holdfast.adminCallers" -}}
{{- include "holdfast.peer" (dict "root" . "name" "release-jobs") }}
{{ include "holdfast.peer" (dict "root" . "name" "gateway") }}
{{- end }}

{{- define "holdfast.ingressEgress" -}}
- to: {{ include "holdfast.restatePeers" . | nindent 4 }}
  ports: [{ port: {{ include "durable-agent.port" (include "holdfast.ingressUrl" .) }} }]
{{- end }}

{{- define "holdfast.adminEgress" -}}
- to: {{ include "holdfast.restatePeers" . | nindent 4 }}
  ports: [{ port: {{ include "durable-agent.port" (include "holdfast.adminUrl" .) }} }]
{{- end }}

{{/* Takes a URL and where it is: anywhere, when nothing is said. */}}
{{- define "holdfast.urlEgress" -}}
- ports: [{ port: {{ include "durable-agent.port" .url }} }]
  {{- with .peers }}
  to: {{ toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "holdfast.modelEgress" -}}
{{- with .Values.model }}
{{- if .simulator.enabled -}}
- to: {{ include "holdfast.peer" (dict "root" $ "name" "model-simulator") | nindent 4 }}
  ports: [{ port: 8090 }]
{{- else }}
{{- include "holdfast.urlEgress" (dict "url" (.baseUrl | default "https://api.openai.com") "peers" .egress) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "holdfast.collectorEgress" -}}
{{- if .Values.telemetry.enabled -}}
- to: {{ include "holdfast.peer" (dict "root" . "name" "collector") | nindent 4 }}
  ports: [{ port: 4317 }, { port: 4318 }]
{{- end }}
{{- end }}
