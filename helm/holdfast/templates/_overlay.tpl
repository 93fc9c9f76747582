{{/*
Puts what `over` says on `base`, which it changes. Sprig's merge takes 0, false and "" for nothing said,
and `fraud.replicaCount: 0` says something.
*/}}
{{- define "holdfast.overlay" -}}
{{- $base := .base }}
{{- range $key, $value := .over }}
{{- if and (kindIs "map" $value) (kindIs "map" (get $base $key)) }}
{{- include "holdfast.overlay" (dict "base" (get $base $key) "over" $value) }}
{{- else }}
{{- $_ := set $base $key $value }}
{{- end }}
{{- end }}
{{- end }}
