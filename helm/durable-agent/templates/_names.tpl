{{/* Names. All take the agent's context: Values, Release, Chart. helm/holdfast makes its own with the same ones. */}}

{{/* Takes a name and a length: a name that is too long ends in a hash of itself, so that two of them stay two. */}}
{{- define "durable-agent.fit" -}}
{{- if le (len .name) (int .max) }}{{ .name }}
{{- else }}{{ .name | trunc (sub .max 7 | int) | trimSuffix "-" }}-{{ sha256sum .name | trunc 6 }}{{ end }}
{{- end }}

{{/* The release's name, as names of Services may begin. Helm allows dots in it, and a digit in front. */}}
{{- define "durable-agent.release" -}}
{{- $name := .Release.Name }}
{{- if regexMatch "^[a-z][a-z0-9-]*$" $name }}{{ $name }}
{{- else }}r-{{ regexReplaceAll "[^a-z0-9-]" $name "-" }}-{{ sha256sum $name | trunc 6 }}{{ end }}
{{- end }}

{{- define "durable-agent.name" -}}
{{ .Values.nameOverride | default .Release.Name }}
{{- end }}

{{/* Short enough for what controllers append to it. */}}
{{- define "durable-agent.fullname" -}}
{{- $name := include "durable-agent.release" . }}
{{- with .Values.nameOverride }}{{ $name = printf "%s-%s" $name . }}{{ end }}
{{- include "durable-agent.fit" (dict "name" $name "max" 52) }}
{{- end }}

{{- define "durable-agent.tag" -}}
{{ .Values.image.tag | default .Chart.AppVersion | toString }}
{{- end }}

{{/* Takes a tag, as a part of a name. */}}
{{- define "durable-agent.slug" -}}
{{- include "durable-agent.fit" (dict "name" (. | toString | lower | replace "." "-" | replace "_" "-" | trimAll "-") "max" 20) }}
{{- end }}

{{/* Takes the context and a tag: the name of that version's Deployment and Service. */}}
{{- define "durable-agent.versioned" -}}
{{- $name := printf "%s-%s" (include "durable-agent.fullname" .context) (include "durable-agent.slug" .tag) }}
{{- include "durable-agent.fit" (dict "name" $name "max" 63) }}
{{- end }}

{{/* Takes a tag, as a label's value. */}}
{{- define "durable-agent.versionLabel" -}}
{{- $tag := toString . }}
{{- if and (le (len $tag) 63) (regexMatch "^[A-Za-z0-9](.*[A-Za-z0-9])?$" $tag) }}{{ $tag }}{{ else }}{{ include "durable-agent.slug" $tag }}{{ end }}
{{- end }}

{{- define "durable-agent.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}{{ .Values.serviceAccount.name | default (include "durable-agent.fullname" .) }}
{{- else }}{{ .Values.serviceAccount.name | default "default" }}{{ end }}
{{- end }}

{{/* Where Restate reaches a version. Takes the context and a tag. */}}
{{- define "durable-agent.url" -}}
http://{{ include "durable-agent.versioned" . }}.{{ .context.Release.Namespace }}:9080
{{- end }}

{{/* Takes a URL: its port. */}}
{{- define "durable-agent.port" -}}
{{- $url := urlParse . }}
{{- regexFind "[0-9]+$" (regexFind ":[0-9]+$" $url.host) | default (ternary "443" "80" (eq $url.scheme "https")) }}
{{- end }}
