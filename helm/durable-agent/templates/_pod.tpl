{{/* The pod of one version. Takes the context and a tag. */}}
{{- define "durable-agent.pod" -}}
{{- $v := .context.Values }}
{{- $image := $v.image }}
{{- if not $image.repository }}{{ fail "image.repository: is required: the agent's image, such as holdfast/fraud" }}{{ end }}
{{- if eq .tag "latest" }}{{ fail "image.tag: must not be latest: names carry the version, and an invocation ends on the one that it began with" }}{{ end }}
metadata:
  labels:
    {{- include "durable-agent.labels" .context | nindent 4 }}
    app.kubernetes.io/version: {{ .tag | quote }}
    {{- if and (eq $v.restate.mode "operator") $v.restate.cluster }}
    allow.restate.dev/{{ $v.restate.cluster }}: "true"
    {{- end }}
    {{- with $v.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with $v.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "durable-agent.serviceAccountName" .context }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  # After the pod has left its Service, what runs may end.
  terminationGracePeriodSeconds: {{ add $v.drainSeconds 15 }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 1000
    runAsGroup: 1000
    fsGroup: 1000
    seccompProfile: { type: RuntimeDefault }
  {{- with $v.imagePullSecrets }}
  imagePullSecrets: {{ toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: agent
      image: "{{ with $image.registry }}{{ . }}/{{ end }}{{ $image.repository }}:{{ .tag }}"
      imagePullPolicy: {{ $image.pullPolicy }}
      ports:
        - { name: restate, containerPort: 9080 }
        - { name: health, containerPort: 9081 }
      env:
        - { name: DRAIN_TIMEOUT_MS, value: {{ mul $v.drainSeconds 1000 | toString | quote }} }
        {{- if $v.identitySecret }}
        - { name: RESTATE_IDENTITY_CERT_FILE, value: /etc/restate-identity/tls.crt }
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
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      volumeMounts:
        - { name: tmp, mountPath: /tmp }
        {{- if $v.identitySecret }}
        - { name: restate-identity, mountPath: /etc/restate-identity, readOnly: true }
        {{- end }}
        {{- with $v.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    - name: tmp
      emptyDir: {}
    {{- with $v.identitySecret }}
    - name: restate-identity
      secret:
        secretName: {{ . }}
        # The private key is Restate's alone.
        items: [{ key: tls.crt, path: tls.crt }]
    {{- end }}
    {{- with $v.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with $v.nodeSelector }}
  nodeSelector: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.tolerations }}
  tolerations: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.affinity }}
  affinity: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.topologySpreadConstraints }}
  topologySpreadConstraints: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
{{- end }}
