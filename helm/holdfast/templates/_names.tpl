{{/* Names, labels and addresses of the release. A part is a dict of the root context and a name. */}}

{{- define "holdfast.fullname" -}}
{{- include "durable-agent.fit" (dict "name" (printf "%s-%s" (include "durable-agent.release" .root) .name) "max" 52) }}
{{- end }}

{{- define "holdfast.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- define "holdfast.podLabels" -}}
{{ include "holdfast.selector" . }}
app.kubernetes.io/component: {{ .name }}
app.kubernetes.io/part-of: holdfast
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
{{- end }}

{{- define "holdfast.labels" -}}
{{ include "holdfast.podLabels" . }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{/* An object's metadata. Takes the part, a name (the part's by default) and the object's own annotations. */}}
{{- define "holdfast.metadata" -}}
name: {{ .name | default (include "holdfast.fullname" .part) }}
labels: {{ merge (include "holdfast.labels" .part | fromYaml) .part.root.Values.commonLabels | toYaml | nindent 2 }}
{{- with merge (deepCopy (.annotations | default dict)) .part.root.Values.commonAnnotations }}
annotations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "holdfast.image" -}}
{{- $images := .root.Values.images -}}
{{ with $images.registry }}{{ . }}/{{ end }}holdfast/{{ .name }}:{{ $images.tag | default .root.Chart.AppVersion }}
{{- end }}

{{/* The agents that are installed, by name: each with the key of its values, the rule files it reads, whether it publishes progress. */}}
{{- define "holdfast.agents" -}}
{{- range $name, $agent := .Files.Get "files/agents.yaml" | fromYaml }}
{{- if or (not $agent.optional) (get $.Values $agent.key).enabled }}
{{ $name }}: {{ toJson $agent }}
{{- end }}
{{- end }}
{{- end }}

{{/* Namespaces and RestateClusters are the whole cluster's, so the release's namespace is a part of the name. */}}
{{- define "holdfast.restateCluster" -}}
{{- $default := include "durable-agent.fit" (dict "name" (printf "%s-%s" .Release.Namespace (include "durable-agent.release" .)) "max" 63) }}
{{- .Values.restate.operator.clusterName | default $default }}
{{- end }}

{{- define "holdfast.restateHost" -}}
{{- if eq .Values.restate.mode "operator" }}restate.{{ include "holdfast.restateCluster" . }}
{{- else }}{{ include "holdfast.fullname" (dict "root" . "name" "restate") }}{{ end }}
{{- end }}

{{- define "holdfast.ingressUrl" -}}
{{- if eq .Values.restate.mode "external" }}{{ .Values.restate.external.ingressUrl }}
{{- else }}http://{{ include "holdfast.restateHost" . }}:8080{{ end }}
{{- end }}

{{- define "holdfast.adminUrl" -}}
{{- if eq .Values.restate.mode "external" }}{{ .Values.restate.external.adminUrl }}
{{- else }}http://{{ include "holdfast.restateHost" . }}:9070{{ end }}
{{- end }}

{{/* A Secret with Restate's key pair, and one with the certificate alone. */}}
{{- define "holdfast.identitySecret" -}}
{{- .Values.identity.existingSecret | default (include "holdfast.fullname" (dict "root" . "name" "restate-identity")) }}
{{- end }}

{{/* What the agents read. In operator mode the key pair is in another namespace. */}}
{{- define "holdfast.certificateSecret" -}}
{{- if and (eq .Values.restate.mode "operator") (not .Values.identity.existingSecret) }}{{ include "holdfast.fullname" (dict "root" . "name" "restate-certificate") }}
{{- else }}{{ include "holdfast.identitySecret" . }}{{ end }}
{{- end }}

{{- define "holdfast.collectorUrl" -}}
http://{{ include "holdfast.fullname" (dict "root" . "name" "collector") }}:4318
{{- end }}

{{/* Takes a size as Kubernetes writes it: in bytes. */}}
{{- define "holdfast.bytes" -}}
{{- $units := dict "" 1 "k" 1000 "M" 1000000 "G" 1000000000 "T" 1000000000000 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 }}
{{- mul (regexFind "^[0-9]+" . | int64) (get $units (regexFind "[A-Za-z]*$" .) | int64) }}
{{- end }}
