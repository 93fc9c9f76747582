{{/* Values that cannot work are refused before anything is installed, by the key's name and with the remedy. Each agent's own: durable-agent. */}}
{{- define "holdfast.validate" -}}
{{- include "holdfast.validateModel" . }}
{{- include (printf "holdfast.validate-%s" .Values.restate.mode) . }}
{{- include "holdfast.validateGateway" .Values.gateway }}
{{- if and .Values.restate.agents (ne .Values.restate.mode "standalone") }}
{{- fail "restate.agents: is for restate.mode=standalone: leave it empty, and open the way to agents where Restate is" }}
{{- end }}
{{- with .Values.telemetry }}
{{- if and .langfuse.existingSecret (not .enabled) }}
{{- fail "telemetry.langfuse.existingSecret: needs telemetry.enabled=true: it is the collector that sends traces on" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "holdfast.validateModel" -}}
{{- with .Values.model }}
{{- if and (not .simulator.enabled) (not .existingSecret) }}
{{- fail "model.existingSecret: is required: a Secret with the model API's key; or try it out with model.simulator.enabled=true" }}
{{- end }}
{{- if and .simulator.enabled (or .existingSecret .baseUrl) }}
{{- fail "model.simulator.enabled: cannot be true beside model.existingSecret or model.baseUrl: choose the simulator or a model" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "holdfast.validate-standalone" -}}
{{- with .Values.restate }}
{{- if or .external.ingressUrl .external.adminUrl .external.peers }}
{{- fail "restate.external: is for restate.mode=external: set that, or leave it empty" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "holdfast.validate-external" -}}
{{- with .Values.restate.external }}
{{- range $key := list "ingressUrl" "adminUrl" }}
{{- if not (get $.Values.restate.external $key) }}
{{- printf "restate.external.%s: is required with restate.mode=external, such as http://restate.restate:%s" $key (ternary "8080" "9070" (eq $key "ingressUrl")) | fail }}
{{- end }}
{{- end }}
{{- if and $.Values.networkPolicy.enabled (not .peers) }}
{{- fail "restate.external.peers: is required with restate.mode=external: where Restate is, such as [{ipBlock: {cidr: 10.0.0.0/8}}]; or set networkPolicy.enabled=false" }}
{{- end }}
{{- end }}
{{- if and .Values.identity.enabled (not .Values.identity.existingSecret) }}
{{- fail "identity.existingSecret: is required with restate.mode=external: the certificate of the key that your Restate signs with; or set identity.enabled=false" }}
{{- end }}
{{- end }}

{{- define "holdfast.validate-operator" -}}
{{- $namespace := include "holdfast.restateCluster" . }}
{{- if not (and (.Capabilities.APIVersions.Has "restate.dev/v1") (.Capabilities.APIVersions.Has "restate.dev/v1beta1")) }}
{{- fail "restate.mode: operator needs the Restate operator's custom resources in the cluster: install it first, or set restate.mode=standalone" }}
{{- end }}
{{- if eq $namespace .Release.Namespace }}
{{- fail "restate.operator.clusterName: must not be the release's namespace: the operator shuts off all that is in it" }}
{{- end }}
{{- with .Values.restate.operator }}
{{- if and (eq (int .replicas) 3) (not .snapshots.destination) }}
{{- fail "restate.operator.snapshots.destination: is required with 3 nodes: a node that joins late needs a snapshot, such as s3://bucket/holdfast" }}
{{- end }}
{{- if and .snapshots.existingSecret (not .snapshots.destination) }}
{{- fail "restate.operator.snapshots.destination: is required with restate.operator.snapshots.existingSecret, such as s3://bucket/holdfast" }}
{{- end }}
{{- if and .createNamespace (or .snapshots.existingSecret $.Values.identity.existingSecret) }}
{{- printf "restate.operator.createNamespace: must be false beside identity.existingSecret or restate.operator.snapshots.existingSecret: make the namespace %s and put the Secrets into it first" $namespace | fail }}
{{- end }}
{{- with regexFind `(?m)^\s*(auto-provision|default-replication|\[metadata-client\]|\[worker\.snapshots\])` .config | trim }}
{{- printf "restate.operator.config: must not set %s, which the chart does: see restate.operator.replicas and restate.operator.snapshots" . | fail }}
{{- end }}
{{- end }}
{{- end }}

{{- define "holdfast.validateGateway" -}}
{{- if .ingress.enabled }}
{{- if not .existingSecret }}
{{- fail "gateway.existingSecret: is required with gateway.ingress.enabled: a Secret with GATEWAY_TOKEN; without it anybody could decide claims" }}
{{- end }}
{{- range $key := list "host" "tlsSecret" }}
{{- if not (get $.ingress $key) }}
{{- printf "gateway.ingress.%s: is required with gateway.ingress.enabled: the token must not travel in the clear" $key | fail }}
{{- end }}
{{- end }}
{{- if ne .service.type "ClusterIP" }}
{{- fail "gateway.service.type: must be ClusterIP beside gateway.ingress.enabled: there is one public door" }}
{{- end }}
{{- else if and (ne .service.type "ClusterIP") (not .existingSecret) }}
{{- fail "gateway.existingSecret: is required unless gateway.service.type=ClusterIP: a Secret with GATEWAY_TOKEN; without it anybody could decide claims" }}
{{- end }}
{{- end }}
