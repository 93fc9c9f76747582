{{/*
The jobs of a release in standalone mode: they make its agents known to Restate, and let go of no version that something runs on. All
take name, image, pullPolicy, resources, adminUrl, owner, prefixes, timeoutSeconds; metadata, podMetadata and podSpec, as YAML.
*/}}

{{/* Takes `deployments` too (URLs, the newest last), and `idle`, those among them that stay but have no pods. With `uninstall` Restate is asked before an uninstall, and cleared up after it. */}}
{{- define "durable-agent.jobs" -}}
{{- $register := prepend (include "durable-agent.jobArguments" . | fromYamlArray) "register" }}
{{- $own := include "durable-agent.ownArguments" . | fromYamlArray }}
{{- $keep := $own }}
{{- $idle := .idle }}
{{- range .deployments }}
{{- if not (has . $idle) }}{{ $register = append $register (printf "--deployment=%s" .) }}{{ end }}
{{- $keep = append $keep (printf "--keep=%s" .) }}
{{- end }}
{{- $jobs := list
  (dict "name" "check-drained" "hook" "pre-upgrade,pre-rollback" "weight" 0 "args" (prepend $keep "check-drained"))
  (dict "name" "register" "hook" "post-install,post-upgrade,post-rollback" "weight" 0 "args" $register)
  (dict "name" "remove-drained" "hook" "post-upgrade,post-rollback" "weight" 1 "args" (prepend $keep "remove-drained"))
}}
{{- if .uninstall }}
{{- /* Restate stays: it is asked whether anything runs here still, and then told to forget what is gone. */}}
{{- $jobs = append $jobs (dict "name" "check-idle" "hook" "pre-delete" "weight" 0 "args" (prepend $own "check-drained")) }}
{{- $jobs = append $jobs (dict "name" "deregister" "hook" "post-delete" "weight" 0 "args" (prepend $own "remove-drained")) }}
{{- end }}
{{- range $jobs }}
{{- /* Nobody to register: all agents are idle. */}}
{{- if or (ne .name "register") (gt (len $.deployments) (len $.idle)) }}
{{- $hook := dict "helm.sh/hook" .hook "helm.sh/hook-weight" (toString .weight) "helm.sh/hook-delete-policy" "before-hook-creation,hook-succeeded" "helm.sh/hook-output-log-policy" "hook-failed" }}
{{- $metadata := fromYaml $.metadata }}
{{- $name := include "durable-agent.fit" (dict "name" (printf "%s-%s" $.name .name) "max" 63) }}
---
apiVersion: batch/v1
kind: Job
metadata: {{ merge (dict "name" $name "annotations" (merge $hook ($metadata.annotations | default dict))) $metadata | toYaml | nindent 2 }}
spec:
  {{- include "durable-agent.jobSpec" (dict "name" .name "args" .args "jobs" $) | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{/* What an operator runs by hand, with `kubectl create job --from=cronjob/…`: by itself it never runs. */}}
{{- define "durable-agent.resumePaused" -}}
{{- $args := prepend (include "durable-agent.ownArguments" . | fromYamlArray) "resume-paused" -}}
apiVersion: batch/v1
kind: CronJob
metadata: {{ set (fromYaml .metadata) "name" (include "durable-agent.fit" (dict "name" (printf "%s-resume-paused" .name) "max" 52)) | toYaml | nindent 2 }}
spec:
  suspend: true
  schedule: "0 0 1 1 *"
  jobTemplate:
    spec:
      {{- include "durable-agent.jobSpec" (dict "name" "resume-paused" "args" $args "jobs" .) | nindent 6 }}
{{- end }}

{{- define "durable-agent.jobArguments" -}}
- --admin={{ .adminUrl }}
- --timeout-seconds={{ int .timeoutSeconds }}
- --owner={{ .owner }}
{{- end }}

{{/* For jobs that look at deployments: which are the release's own. */}}
{{- define "durable-agent.ownArguments" -}}
{{ include "durable-agent.jobArguments" . }}
{{- range .prefixes }}
- --prefix={{ . }}
{{- end }}
{{- end }}

{{- define "durable-agent.jobSpec" -}}
backoffLimit: 0
ttlSecondsAfterFinished: 600
template:
  metadata: {{ .jobs.podMetadata | nindent 4 }}
  spec:
    {{- .jobs.podSpec | nindent 4 }}
    restartPolicy: Never
    containers:
      - name: {{ .name }}
        image: {{ .jobs.image | quote }}
        imagePullPolicy: {{ .jobs.pullPolicy }}
        args: {{ toYaml .args | nindent 10 }}
        terminationMessagePolicy: FallbackToLogsOnError
        resources: {{ toYaml .jobs.resources | nindent 10 }}
        securityContext: {{ include "durable-agent.containerSecurity" . | nindent 10 }}
{{- end }}
