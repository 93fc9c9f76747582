{{/* An agent's context for durable-agent's templates: what all agents have, what it has itself, what the product adds. */}}
{{- define "holdfast.agentContext" -}}
{{- $root := .root }}
{{- $own := mergeOverwrite (deepCopy $root.Values.agent) (deepCopy (index $root.Values .key | default dict)) }}
{{- $env := dict "OPENAI_MODEL" $root.Values.model.name "OPENAI_API" $root.Values.model.api "PUBLIC_INGRESS_URL" "http://localhost:8080" "RESTATE_INGRESS_URL" (include "holdfast.ingressUrl" $root) }}
{{- $extraEnv := list }}
{{- if $root.Values.model.simulator.enabled }}
{{- $_ := set $env "OPENAI_BASE_URL" (printf "http://%s-model-simulator:8090/v1" $root.Release.Name) }}
{{- $_ := set $env "OPENAI_API_KEY" "simulator" }}
{{- else }}
{{- with $root.Values.model.baseUrl }}{{ $_ := set $env "OPENAI_BASE_URL" . }}{{ end }}
{{- $ref := dict "name" $root.Values.model.existingSecret "key" $root.Values.model.secretKey }}
{{- $extraEnv = append $extraEnv (dict "name" "OPENAI_API_KEY" "valueFrom" (dict "secretKeyRef" $ref)) }}
{{- end }}
{{- if $root.Values.telemetry.enabled }}
{{- $_ := set $env "OTEL_EXPORTER_OTLP_ENDPOINT" (printf "http://%s-collector:4318" $root.Release.Name) }}
{{- end }}
{{- $volumes := list }}
{{- $mounts := list }}
{{- if include "holdfast.rules" $root }}
{{- range $file, $variable := fromYaml (include "holdfast.ruleVariables" $root) }}
{{- $_ := set $env $variable (printf "/etc/holdfast/%s" $file) }}
{{- end }}
{{- $volumes = append $volumes (dict "name" "rules" "configMap" (dict "name" (printf "%s-rules" $root.Release.Name))) }}
{{- $mounts = append $mounts (dict "name" "rules" "mountPath" "/etc/holdfast" "readOnly" true) }}
{{- end }}
{{- $image := dict "registry" $root.Values.images.registry "repository" (printf "holdfast/%s" .name) "tag" ($root.Values.images.tag | default $root.Chart.AppVersion) "pullPolicy" $root.Values.images.pullPolicy }}
{{- range $key, $value := $own.image }}{{ if $value }}{{ if not (and (eq $key "pullPolicy") (eq $value "IfNotPresent")) }}{{ $_ := set $image $key $value }}{{ end }}{{ end }}{{ end }}
{{- $restate := dict "mode" (ternary "operator" "standalone" (eq $root.Values.restate.mode "operator")) "cluster" (include "holdfast.restateCluster" $root) "adminUrl" "" }}
{{- $to := list }}
{{- range list "holdfast.modelEgress" "holdfast.collectorEgress" }}
{{- $to = concat $to (include . $root | fromYamlArray) }}
{{- end }}
{{- $to = append $to (dict "to" (include "holdfast.restatePeers" $root | fromYamlArray) "ports" (list (dict "port" 8080))) }}
{{- $policy := dict "enabled" (and $root.Values.networkPolicy.enabled $own.networkPolicy.enabled) "from" (concat (include "holdfast.restatePeers" $root | fromYamlArray) $own.networkPolicy.from) "to" (concat $to $own.networkPolicy.to) }}
{{- $product := dict "nameOverride" .name "image" $image "restate" $restate "env" (merge (deepCopy ($own.env | default dict)) $env) "extraEnv" (concat $extraEnv $own.extraEnv) "networkPolicy" $policy "identitySecret" (include "holdfast.identitySecret" $root) "imagePullSecrets" (concat $root.Values.imagePullSecrets $own.imagePullSecrets) "extraVolumes" (concat $volumes $own.extraVolumes) "extraVolumeMounts" (concat $mounts $own.extraVolumeMounts) }}
{{- toYaml (dict "Values" (mergeOverwrite $own $product)) }}
{{- end }}

{{/* The URLs of all versions of all agents that run; takes the root context. Standalone and external mode. */}}
{{- define "holdfast.deployments" -}}
{{- $root := . }}
{{- $urls := list }}
{{- range $name, $key := fromYaml (include "holdfast.agents" .) }}
{{- $context := fromYaml (include "holdfast.agentContext" (dict "root" $root "name" $name "key" $key)) | merge (dict "Release" $root.Release "Chart" $root.Chart) }}
{{- /* The newest last, so that it is the one that new work goes to. */ -}}
{{- $newest := include "durable-agent.tag" $context }}
{{- range $tag := append (without $context.Values.previous $newest) $newest }}
{{- $urls = append $urls (include "durable-agent.url" (dict "context" $context "tag" $tag)) }}
{{- end }}
{{- end }}
{{- toYaml $urls }}
{{- end }}

{{- define "holdfast.rules" -}}
{{- with .Values.rules }}{{ or .coveragePlan .standardRates .authorityMatrix }}{{ end }}
{{- end }}

{{- define "holdfast.ruleVariables" -}}
{{- with .Values.rules.coveragePlan }}
coverage-plan.yaml: COVERAGE_PLAN_FILE
{{- end }}
{{- with .Values.rules.standardRates }}
standard-rates.yaml: STANDARD_RATES_FILE
{{- end }}
{{- with .Values.rules.authorityMatrix }}
authority-matrix.yaml: AUTHORITY_MATRIX_FILE
{{- end }}
{{- end }}
