{{/* Values that cannot work are refused before anything is installed, by the key's name and with the remedy. */}}
{{- define "holdfast.validate" -}}
{{- $v := .Values }}
{{- if and (not $v.model.simulator.enabled) (not $v.model.existingSecret) }}
{{- fail "model.existingSecret: is required: a Secret with the model API's key; or try it out with model.simulator.enabled=true" }}
{{- end }}
{{- if and $v.model.simulator.enabled (or $v.model.existingSecret $v.model.baseUrl) }}
{{- fail "model.simulator.enabled: cannot be true beside model.existingSecret or model.baseUrl: choose the simulator or a model" }}
{{- end }}
{{- if eq $v.restate.mode "external" }}
{{- if not (and $v.restate.external.ingressUrl $v.restate.external.adminUrl) }}
{{- fail "restate.external.ingressUrl, restate.external.adminUrl: are required with restate.mode=external" }}
{{- end }}
{{- if and $v.networkPolicy.enabled (not $v.restate.external.peers) }}
{{- fail "restate.external.peers: is required with restate.mode=external: where Restate is, such as [{ipBlock: {cidr: 10.0.0.0/8}}]; or set networkPolicy.enabled=false" }}
{{- end }}
{{- if and $v.identity.enabled (not $v.identity.existingSecret) }}
{{- fail "identity.existingSecret: is required with restate.mode=external: the certificate of the key that your Restate signs with; or set identity.enabled=false" }}
{{- end }}
{{- end }}
{{- if eq $v.restate.mode "operator" }}
{{- if not (.Capabilities.APIVersions.Has "restate.dev/v1") }}
{{- fail "restate.mode: operator needs the Restate operator's custom resources in the cluster: install it first, or set restate.mode=standalone" }}
{{- end }}
{{- if not (has (int $v.restate.operator.replicas) (list 1 3)) }}
{{- fail "restate.operator.replicas: must be 1 or 3" }}
{{- end }}
{{- if and (eq (int $v.restate.operator.replicas) 3) (not $v.restate.operator.snapshots.destination) }}
{{- fail "restate.operator.snapshots.destination: is required with 3 nodes: a node that joins late needs a snapshot, such as s3://bucket/holdfast" }}
{{- end }}
{{- end }}
{{- if $v.gateway.ingress.enabled }}
{{- if not $v.gateway.existingSecret }}
{{- fail "gateway.existingSecret: is required with gateway.ingress.enabled: a Secret with GATEWAY_TOKEN; without it anybody could decide claims" }}
{{- end }}
{{- if not (and $v.gateway.ingress.host $v.gateway.ingress.tlsSecret) }}
{{- fail "gateway.ingress.host, gateway.ingress.tlsSecret: are required with gateway.ingress.enabled: the token must not travel in the clear" }}
{{- end }}
{{- if ne $v.gateway.service.type "ClusterIP" }}
{{- fail "gateway.service.type: must be ClusterIP beside gateway.ingress.enabled: there is one public door" }}
{{- end }}
{{- else if and (ne $v.gateway.service.type "ClusterIP") (not $v.gateway.existingSecret) }}
{{- fail "gateway.existingSecret: is required unless gateway.service.type=ClusterIP: a Secret with GATEWAY_TOKEN; without it anybody could decide claims" }}
{{- end }}
{{- end }}
