{{/* Names, labels and addresses of the release. */}}

{{- define "holdfast.labels" -}}
{{- /* Takes the root context and a component's name. */ -}}
{{ include "holdfast.selector" . }}
app.kubernetes.io/part-of: holdfast
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "holdfast.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- define "holdfast.image" -}}
{{- $images := .root.Values.images -}}
{{ with $images.registry }}{{ . }}/{{ end }}holdfast/{{ .name }}:{{ $images.tag | default .root.Chart.AppVersion }}
{{- end }}

{{- define "holdfast.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "holdfast.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* The agents' names, each with the key of its values. */}}
{{- define "holdfast.agents" -}}
coordinator: coordinator
eligibility: eligibility
fraud: fraud
rate-comparison: rateComparison
approval: approval
chat: chat
{{- if .Values.tour.enabled }}
tour: tour
{{- end }}
{{- end }}

{{- define "holdfast.restateCluster" -}}
{{ .Release.Namespace }}-{{ .Release.Name }}
{{- end }}

{{- define "holdfast.ingressUrl" -}}
{{- if eq .Values.restate.mode "external" }}{{ .Values.restate.external.ingressUrl }}
{{- else if eq .Values.restate.mode "operator" }}http://restate.{{ include "holdfast.restateCluster" . }}:8080
{{- else }}http://{{ .Release.Name }}-restate:8080{{ end }}
{{- end }}

{{- define "holdfast.adminUrl" -}}
{{- if eq .Values.restate.mode "external" }}{{ .Values.restate.external.adminUrl }}
{{- else if eq .Values.restate.mode "operator" }}http://restate.{{ include "holdfast.restateCluster" . }}:9070
{{- else }}http://{{ .Release.Name }}-restate:9070{{ end }}
{{- end }}

{{- define "holdfast.identitySecret" -}}
{{- if .Values.identity.enabled }}{{ .Values.identity.existingSecret | default (printf "%s-restate-identity" .Release.Name) }}{{ end }}
{{- end }}

{{/* Where Restate's pods are, as NetworkPolicy peers. */}}
{{- define "holdfast.restatePeers" -}}
{{- if eq .Values.restate.mode "external" }}
{{- toYaml .Values.restate.external.peers }}
{{- else if eq .Values.restate.mode "operator" }}
- namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: {{ include "holdfast.restateCluster" . }} } }
{{- else }}
- podSelector: { matchLabels: { {{- include "holdfast.selector" (dict "root" . "name" "restate") | replace "\n" ", " }} } }
{{- end }}
{{- end }}

{{/* Egress of who calls a model. */}}
{{- define "holdfast.modelEgress" -}}
{{- if .Values.model.simulator.enabled }}
- to:
    - podSelector: { matchLabels: { {{- include "holdfast.selector" (dict "root" . "name" "model-simulator") | replace "\n" ", " }} } }
  ports: [{ port: 8090 }]
{{- else }}
- ports: [{ port: 443 }]
  {{- with .Values.model.egress }}
  to: {{ toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "holdfast.collectorEgress" -}}
{{- if .Values.telemetry.enabled }}
- to:
    - podSelector: { matchLabels: { {{- include "holdfast.selector" (dict "root" . "name" "collector") | replace "\n" ", " }} } }
  ports: [{ port: 4317 }, { port: 4318 }]
{{- end }}
{{- end }}

{{- define "holdfast.dnsEgress" -}}
- ports:
    - { port: 53, protocol: UDP }
    - { port: 53, protocol: TCP }
{{- end }}
