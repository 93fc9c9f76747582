{{/*
Values that cannot work are refused before anything is installed, by the key's name and with the remedy.
A chart that installs several agents says in `keyPrefix` under which key this one's values are.
*/}}
{{- define "durable-agent.validate" -}}
{{- $v := .Values }}
{{- $key := .keyPrefix | default "" }}
{{- $newest := include "durable-agent.tag" . }}
{{- $operator := eq $v.restate.mode "operator" }}
{{- if not $v.image.repository }}
{{- printf "%simage.repository: is required: the agent's image, such as holdfast/fraud" $key | fail }}
{{- end }}
{{- range prepend $v.previous $newest }}
{{- if eq . "latest" }}
{{- printf "%simage.tag, %sprevious: must not be latest: names carry the version, and an invocation ends on the one that it began with" $key $key | fail }}
{{- end }}
{{- end }}
{{- if has $newest $v.previous }}
{{- printf "%sprevious: must not hold %s, the newest version: take it out" $key $newest | fail }}
{{- end }}
{{- $slugs := dict }}
{{- range prepend $v.previous $newest }}
{{- $slug := include "durable-agent.slug" . }}
{{- with get $slugs $slug }}
{{- printf "%sprevious: versions %s would have the same name: give each once, and tags that differ in letters or digits" $key . | fail }}
{{- end }}
{{- $_ := set $slugs $slug (toString .) }}
{{- end }}
{{- if and $operator $v.previous }}
{{- printf "%sprevious: is for restate.mode=standalone: the operator keeps older versions by itself" $key | fail }}
{{- end }}
{{- if and $operator (not (.Capabilities.APIVersions.Has "restate.dev/v1beta1")) }}
{{- fail "restate.mode: operator needs the Restate operator's custom resources in the cluster: install it first, or set restate.mode=standalone" }}
{{- end }}
{{- if and $operator (not $v.restate.cluster) (not $v.restate.adminUrl) }}
{{- fail "restate.cluster: is required with restate.mode=operator: the RestateCluster's name; or restate.adminUrl of a Restate that the operator did not make" }}
{{- end }}
{{- if and $operator $v.restate.cluster $v.restate.adminUrl }}
{{- fail "restate.adminUrl: cannot be given beside restate.cluster: choose where to register" }}
{{- end }}
{{- if and (not $operator) $v.restate.cluster }}
{{- fail "restate.cluster: is for restate.mode=operator: give restate.adminUrl and register.enabled=true" }}
{{- end }}
{{- if $v.register.enabled }}
{{- if $operator }}
{{- fail "register.enabled: is for restate.mode=standalone: the operator registers by itself" }}
{{- end }}
{{- if not $v.restate.adminUrl }}
{{- fail "restate.adminUrl: is required with register.enabled: the admin API's URL, such as http://restate.restate:9070" }}
{{- end }}
{{- if not $v.register.image }}
{{- fail "register.image: is required with register.enabled: such as registry.example.com/holdfast/release-jobs:0.1.0" }}
{{- end }}
{{- end }}
{{- with $v.autoscaling }}
{{- if and .enabled $v.keda.enabled }}
{{- printf "%skeda.enabled: cannot be true beside %sautoscaling.enabled: both would scale the same pods" $key $key | fail }}
{{- end }}
{{- if and (or .enabled $v.keda.enabled) (gt (int .minReplicas) (int .maxReplicas)) }}
{{- printf "%sautoscaling.minReplicas: must not be above %sautoscaling.maxReplicas" $key $key | fail }}
{{- end }}
{{- if and .enabled (eq (int .targetCPUUtilizationPercentage) 0) (eq (int .targetInFlight) 0) }}
{{- printf "%sautoscaling.targetCPUUtilizationPercentage, %sautoscaling.targetInFlight: one of them must be above 0 with %sautoscaling.enabled" $key $key $key | fail }}
{{- end }}
{{- end }}
{{- if and $v.keda.enabled (not $v.keda.serverAddress) }}
{{- printf "%skeda.serverAddress: is required with %skeda.enabled: Prometheus' URL" $key $key | fail }}
{{- end }}
{{- if and $v.keda.enabled (not (.Capabilities.APIVersions.Has "keda.sh/v1alpha1")) }}
{{- printf "%skeda.enabled: needs KEDA's custom resources in the cluster: install KEDA first, or use %sautoscaling" $key $key | fail }}
{{- end }}
{{- if not (or (kindIs "invalid" $v.resources.requests) (hasKey $v.resources.requests "cpu")) }}
{{- if and $v.autoscaling.enabled (gt (int $v.autoscaling.targetCPUUtilizationPercentage) 0) }}
{{- printf "%sresources.requests.cpu: is required to scale by CPU" $key | fail }}
{{- end }}
{{- end }}
{{- end }}
