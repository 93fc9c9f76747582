{{/* Names and labels. All take the agent's context: Values, Release, Chart. */}}

{{- define "durable-agent.name" -}}
{{ .Values.nameOverride | default .Release.Name | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "durable-agent.fullname" -}}
{{- $name := include "durable-agent.name" . -}}
{{- if contains $name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}{{ printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "durable-agent.tag" -}}
{{ .Values.image.tag | default .Chart.AppVersion | toString }}
{{- end }}

{{/* Takes the context and a tag: the name of that version's Deployment and Service. */}}
{{- define "durable-agent.versioned" -}}
{{ include "durable-agent.fullname" .context }}-{{ .tag | toString | lower | replace "." "-" | replace "_" "-" | replace "+" "-" | trunc 20 | trimSuffix "-" }}
{{- end }}

{{/* What tells the agent's pods, of all versions, from all others. */}}
{{- define "durable-agent.selector" -}}
app.kubernetes.io/name: {{ include "durable-agent.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "durable-agent.labels" -}}
{{ include "durable-agent.selector" . }}
app.kubernetes.io/component: agent
app.kubernetes.io/part-of: {{ .Chart.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "durable-agent.serviceAccountName" -}}
{{ .Values.serviceAccount.name | default (include "durable-agent.fullname" .) }}
{{- end }}

{{/* Where Restate reaches a version. Takes the context and a tag. */}}
{{- define "durable-agent.url" -}}
http://{{ include "durable-agent.versioned" . }}.{{ .context.Release.Namespace }}:9080
{{- end }}
