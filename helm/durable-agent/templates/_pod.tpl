{{/* What helm/holdfast's other pods have too. */}}

{{- define "durable-agent.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "durable-agent.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* Constraints that do not say which pods they are about are about the ones of the selector. */}}
{{- define "durable-agent.spread" -}}
{{- $selector := .selector }}
{{- $constraints := list }}
{{- range .constraints }}
{{- $constraints = append $constraints (merge (dict) . (dict "labelSelector" (dict "matchLabels" $selector))) }}
{{- end }}
{{- toYaml $constraints }}
{{- end }}

{{/* The beginning of a pod's spec: who it is, and where it runs. Takes values as this chart names them, and the pod's selector. */}}
{{- define "durable-agent.podSpec" -}}
{{- $selector := .selector }}
{{- with .values -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext: {{ include "durable-agent.podSecurity" . | nindent 2 }}
{{- range $key := list "imagePullSecrets" "nodeSelector" "tolerations" "affinity" }}
{{- with get $.values $key }}
{{ $key }}: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- with .topologySpreadConstraints }}
topologySpreadConstraints: {{ include "durable-agent.spread" (dict "constraints" . "selector" $selector) | nindent 2 }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}
{{- end }}

{{/* The pod of one version of an agent. Takes the context and a tag. */}}
{{- define "durable-agent.pod" -}}
{{- $v := .context.Values }}
{{- $selector := include "durable-agent.selector" .context | fromYaml }}
{{- $labels := include "durable-agent.podLabels" .context | fromYaml }}
{{- $_ := set $labels "app.kubernetes.io/version" (include "durable-agent.versionLabel" .tag) }}
{{- if and (eq $v.restate.mode "operator") $v.restate.cluster }}
{{- /* The operator's network policies let Restate out to pods with this label. */}}
{{- $_ := set $labels (printf "allow.restate.dev/%s" $v.restate.cluster) "true" }}
{{- end -}}
metadata:
  labels: {{ merge $labels $v.podLabels $v.commonLabels | toYaml | nindent 4 }}
  {{- with merge (deepCopy $v.podAnnotations) $v.commonAnnotations }}
  annotations: {{ toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- include "durable-agent.podSpec" (dict "values" $v "selector" $selector) | nindent 2 }}
  serviceAccountName: {{ include "durable-agent.serviceAccountName" .context }}
  # After the pod has left its Service, what runs may end.
  terminationGracePeriodSeconds: {{ add $v.drainSeconds 15 }}
  containers:
    - name: agent
      image: "{{ with $v.image.registry }}{{ . }}/{{ end }}{{ $v.image.repository }}:{{ .tag }}"
      imagePullPolicy: {{ $v.image.pullPolicy }}
      ports:
        - { name: restate, containerPort: 9080 }
        - { name: health, containerPort: 9081 }
      env:
        - { name: DRAIN_TIMEOUT_MS, value: {{ mul $v.drainSeconds 1000 | toString | quote }} }
        {{- if $v.identity.certificateSecret }}
        - { name: RESTATE_IDENTITY_CERT_FILE, value: /etc/restate-identity/tls.crt }
        {{- end }}
        {{- with $v.identity.publicKeys }}
        - { name: RESTATE_IDENTITY_KEYS, value: {{ join "," . | quote }} }
        {{- end }}
        {{- range $name, $value := $v.env }}
        - name: {{ $name }}
          value: {{ $value | toString | quote }}
        {{- end }}
        {{- with $v.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with $v.envFrom }}
      envFrom: {{ toYaml . | nindent 8 }}
      {{- end }}
      startupProbe:
        httpGet: { path: /readyz, port: health }
        periodSeconds: 1
        failureThreshold: 60
      readinessProbe:
        httpGet: { path: /readyz, port: health }
        periodSeconds: 5
        timeoutSeconds: 3
      livenessProbe:
        httpGet: { path: /livez, port: health }
        periodSeconds: 10
        timeoutSeconds: 5
      lifecycle:
        preStop:
          # So that nobody is sent to it any more when it begins to drain.
          exec: { command: [sleep, "5"] }
      resources: {{ toYaml $v.resources | nindent 8 }}
      securityContext: {{ include "durable-agent.containerSecurity" . | nindent 8 }}
      volumeMounts:
        - { name: tmp, mountPath: /tmp }
        {{- if $v.identity.certificateSecret }}
        - { name: restate-identity, mountPath: /etc/restate-identity, readOnly: true }
        {{- end }}
        {{- with $v.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    - { name: tmp, emptyDir: {} }
    {{- with $v.identity.certificateSecret }}
    - name: restate-identity
      # The private key is Restate's alone.
      secret: { secretName: {{ . }}, items: [{ key: tls.crt, path: tls.crt }] }
    {{- end }}
    {{- with $v.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
