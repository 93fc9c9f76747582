{{/* Restate's configuration in operator mode. TOML: keys of the top level, then what the user adds, then tables. */}}
{{- define "holdfast.restateConfig" -}}
{{- with .Values.restate.operator -}}
auto-provision = false
default-replication = {{ ternary 2 1 (eq (int .replicas) 3) }}
{{- with .config }}
{{ . | trim }}
{{- end }}

[metadata-client]
addresses = ["http://restate-cluster:5122/"]
{{- with .snapshots }}
{{- if .destination }}

[worker.snapshots]
destination = {{ quote .destination }}
snapshot-interval-num-records = {{ int .everyRecords }}
{{- with .region }}
aws-region = {{ quote . }}
{{- end }}
{{- with .endpointUrl }}
aws-endpoint-url = {{ quote . }}
{{- if hasPrefix "http://" . }}
aws-allow-http = true
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* A Service chooses a pod for each connection, and Restate would send up to 128 invocations on one: all of them to one pod. */}}
{{- define "holdfast.restateSpread" -}}
- { name: RESTATE_WORKER__INVOKER__HTTP2_STREAMS_PER_CONNECTION_LIMIT, value: "1" }
{{- end }}
