{{/* Labels and annotations. */}}

{{/* What tells the agent's pods, of all versions, from all others. */}}
{{- define "durable-agent.selector" -}}
app.kubernetes.io/name: {{ include "durable-agent.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* The labels of pods: those of a version of the chart would be a new version of every agent. */}}
{{- define "durable-agent.podLabels" -}}
{{ include "durable-agent.selector" . }}
app.kubernetes.io/component: agent
app.kubernetes.io/part-of: {{ .Chart.Name }}
{{- end }}

{{- define "durable-agent.labels" -}}
{{ include "durable-agent.podLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* An object's metadata. Takes the context, a name (the agent's by default), a tag if it is a version's, and its own annotations. */}}
{{- define "durable-agent.metadata" -}}
{{- $context := .context }}
{{- $labels := include "durable-agent.labels" $context | fromYaml }}
{{- $_ := set $labels "app.kubernetes.io/version" (include "durable-agent.versionLabel" (.tag | default (include "durable-agent.tag" $context))) -}}
name: {{ .name | default (include "durable-agent.fullname" $context) }}
labels: {{ merge $labels $context.Values.commonLabels | toYaml | nindent 2 }}
{{- with merge (deepCopy (.annotations | default dict)) $context.Values.commonAnnotations }}
annotations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}
