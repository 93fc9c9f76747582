{{/* An agent's context for durable-agent's templates: what all agents have, what it has itself, what the product adds. */}}
{{- define "holdfast.agentContext" -}}
{{- $root := .root }}
{{- $agent := .agent }}
{{- $own := mergeOverwrite (deepCopy $root.Values.agent) (deepCopy (get $root.Values $agent.key)) }}
{{- $product := dict
  "nameOverride" .name
  "image" (include "holdfast.agentImage" (dict "root" $root "name" .name "own" $own.image "given" (get $root.Values $agent.key).image) | fromYaml)
  "restate" (dict "mode" (ternary "operator" "standalone" (eq $root.Values.restate.mode "operator")) "cluster" (ternary (include "holdfast.restateCluster" $root) "" (eq $root.Values.restate.mode "operator")) "adminUrl" "")
  "identity" (dict "certificateSecret" (ternary (include "holdfast.certificateSecret" $root) "" $root.Values.identity.enabled) "publicKeys" list)
  "env" (merge $own.env (include "holdfast.agentSettings" . | fromYaml))
  "imagePullSecrets" (concat $root.Values.imagePullSecrets $own.imagePullSecrets)
}}
{{- range $key := list "nodeSelector" "tolerations" "affinity" "priorityClassName" }}
{{- $_ := set $product $key (get $own $key | default (get $root.Values $key)) }}
{{- end }}
{{- range $key := list "podAnnotations" "podLabels" "commonLabels" "commonAnnotations" }}
{{- $_ := set $product $key (merge (get $own $key) (get $root.Values $key)) }}
{{- end }}
{{- if not $root.Values.model.simulator.enabled }}
{{- $ref := dict "name" $root.Values.model.existingSecret "key" $root.Values.model.secretKey }}
{{- $_ := set $product "extraEnv" (prepend $own.extraEnv (dict "name" "OPENAI_API_KEY" "valueFrom" (dict "secretKeyRef" $ref))) }}
{{- end }}
{{- if include "holdfast.agentRules" . | fromYaml }}
{{- $rules := include "holdfast.fullname" (dict "root" $root "name" "rules") }}
{{- $_ := set $product "extraVolumes" (prepend $own.extraVolumes (dict "name" "rules" "configMap" (dict "name" $rules))) }}
{{- $_ := set $product "extraVolumeMounts" (prepend $own.extraVolumeMounts (dict "name" "rules" "mountPath" "/etc/holdfast" "readOnly" true)) }}
{{- $_ := set $product.podAnnotations "checksum/rules" (toYaml $root.Values.rules | sha256sum) }}
{{- end }}
{{- $to := concat (include "holdfast.modelEgress" $root | fromYamlArray) (include "holdfast.collectorEgress" $root | fromYamlArray) }}
{{- if $agent.publishes }}
{{- $to = concat $to (include "holdfast.ingressEgress" $root | fromYamlArray) }}
{{- end }}
{{- $_ := set $product "networkPolicy" (dict
  "enabled" (and $root.Values.networkPolicy.enabled $own.networkPolicy.enabled)
  "from" (concat (include "holdfast.restatePeers" $root | fromYamlArray) $own.networkPolicy.from)
  "to" (concat $to $own.networkPolicy.to)) }}
{{- toYaml (dict "Values" (mergeOverwrite $own $product) "keyPrefix" (printf "%s." $agent.key)) }}
{{- end }}

{{/* The settings that the product gives an agent. */}}
{{- define "holdfast.agentSettings" -}}
{{- with .root.Values.model -}}
OPENAI_MODEL: {{ quote .name }}
OPENAI_API: {{ .api }}
{{- if .simulator.enabled }}
OPENAI_BASE_URL: http://{{ include "holdfast.fullname" (dict "root" $.root "name" "model-simulator") }}:8090/v1
OPENAI_API_KEY: simulator
{{- else if .baseUrl }}
OPENAI_BASE_URL: {{ quote .baseUrl }}
{{- end }}
{{- end }}
{{- if .agent.publishes }}
RESTATE_INGRESS_URL: {{ include "holdfast.ingressUrl" .root }}
{{- end }}
{{- if .root.Values.telemetry.enabled }}
OTEL_EXPORTER_OTLP_ENDPOINT: {{ include "holdfast.collectorUrl" .root }}
{{- end }}
{{ include "holdfast.agentRules" . }}
{{- end }}

{{/* The settings of the rule files that an agent reads and that the release has its own of: none, where there are none. */}}
{{- define "holdfast.agentRules" -}}
{{- $rules := .root.Values.rules }}
{{- range $file := .agent.rules }}
{{- if get $rules (untitle (camelcase (replace "-" "_" $file))) }}
{{ $file | replace "-" "_" | upper }}_FILE: /etc/holdfast/{{ $file }}.yaml
{{- end }}
{{- end }}
{{- end }}

{{/* An agent's image: what is said of it, or else of all. The default of pullPolicy, which every agent has, says nothing. */}}
{{- define "holdfast.agentImage" -}}
{{- $images := .root.Values.images }}
{{- $given := .given | default dict -}}
registry: {{ .own.registry | default $images.registry | quote }}
repository: {{ .own.repository | default (printf "holdfast/%s" .name) }}
tag: {{ .own.tag | default $images.tag | default .root.Chart.AppVersion | quote }}
pullPolicy: {{ $given.pullPolicy | default (ternary $images.pullPolicy .own.pullPolicy (eq .own.pullPolicy "IfNotPresent")) }}
{{- end }}

{{/* Whether there are rules of the release's own. */}}
{{- define "holdfast.rules" -}}
{{- with .Values.rules }}{{ or .coveragePlan .standardRates .authorityMatrix }}{{ end }}
{{- end }}
