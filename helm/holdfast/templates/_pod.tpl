{{/* What the pods of all parts but the agents have in common; the agents' are durable-agent's. */}}

{{/* Takes the part, the part's own values if it has any, and annotations. */}}
{{- define "holdfast.podMetadata" -}}
{{- $values := .part.root.Values }}
{{- $own := .values | default dict -}}
labels: {{ merge (include "holdfast.podLabels" .part | fromYaml) (.labels | default dict) ($own.podLabels | default dict) $values.podLabels $values.commonLabels | toYaml | nindent 2 }}
{{- with merge (deepCopy (.annotations | default dict)) ($own.podAnnotations | default dict) $values.podAnnotations $values.commonAnnotations }}
annotations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The beginning of a pod's spec. Takes the part, and the part's own values if it has any: they go before those of all pods. */}}
{{- define "holdfast.podSpec" -}}
{{- $values := dict }}
{{- range $key := list "imagePullSecrets" "nodeSelector" "tolerations" "affinity" "topologySpreadConstraints" "priorityClassName" }}
{{- $_ := set $values $key (get ($.values | default dict) $key | default (get $.part.root.Values $key)) }}
{{- end }}
{{- include "durable-agent.podSpec" (dict "values" $values "selector" (include "holdfast.selector" .part | fromYaml)) }}
{{- end }}
