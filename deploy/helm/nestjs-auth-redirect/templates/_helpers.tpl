{{/* Name of everything: the release's, with "auth-redirect" in it. */}}
{{- define "auth-redirect.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default "auth-redirect" .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "auth-redirect.selectorLabels" -}}
app.kubernetes.io/name: {{ default "auth-redirect" .Values.nameOverride | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/* The component distinguishes pods of the service and of the test. */}}
{{- define "auth-redirect.podSelectorLabels" -}}
{{ include "auth-redirect.selectorLabels" . }}
app.kubernetes.io/component: service
{{- end -}}

{{- define "auth-redirect.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | quote }}
{{ include "auth-redirect.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "auth-redirect.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "auth-redirect.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* The digest selects the image; the tag only informs readers. */}}
{{- define "auth-redirect.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{- $image.repository }}{{ with $image.tag }}:{{ . }}{{ end }}@{{ $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository (default .Chart.AppVersion $image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "auth-redirect.usesRedis" -}}
{{- if or .Values.redis.url .Values.redis.existingSecret -}}true{{- end -}}
{{- end -}}

{{- define "auth-redirect.mostReplicas" -}}
{{- ternary .Values.autoscaling.maxReplicas .Values.replicaCount .Values.autoscaling.enabled -}}
{{- end -}}

{{/* Whether a step of a type is configured. */}}
{{- define "auth-redirect.hasStep" -}}
{{- $type := index . 1 -}}
{{- range $id, $options := (index . 0).Values.steps.options -}}
{{- if eq ($options.type | default $id) $type -}}true{{- end -}}
{{- end -}}
{{- end -}}

{{/* The values that configure steps that count, or may count: attempts, mails, uses of a handle. */}}
{{- define "auth-redirect.countingSteps" -}}
{{- $found := list -}}
{{- range $id, $options := .Values.steps.options -}}
{{- $type := $options.type | default $id -}}
{{- if or (has $type (list "email-code" "sms-code" "external" "account-link")) (and (eq $type "choose") $options.source) -}}{{- $found = append $found (printf "steps.options.%s" $id) -}}{{- end -}}
{{- end -}}
{{- $package := .Values.steps.package -}}
{{- if and $package.counts (or $package.volume $package.inImage) -}}{{- $found = append $found "steps.package" -}}{{- end -}}
{{- range .Values.extraEnv -}}
{{- if has .name (list "STEPS_FILE" "STEPS_PACKAGE") -}}{{- $found = append $found (printf "%s of extraEnv" .name) -}}{{- end -}}
{{- end -}}
{{- join ", " $found -}}
{{- end -}}

{{- define "auth-redirect.hasFiles" -}}
{{- if or .Values.tenants .Values.steps.options .Values.views.files .Values.locales.files -}}true{{- end -}}
{{- end -}}

{{/* Seconds until SIGKILL: the sum of all delays, and 5 more. */}}
{{- define "auth-redirect.leastGrace" -}}
{{- $shutdown := .Values.shutdown -}}
{{- $milliseconds := add $shutdown.drainDelayMs $shutdown.deadlineMs 999 -}}
{{- add $shutdown.preStopSleepSeconds (div $milliseconds 1000) 5 -}}
{{- end -}}

{{- define "auth-redirect.grace" -}}
{{- $least := include "auth-redirect.leastGrace" . | int -}}
{{- $given := .Values.shutdown.terminationGracePeriodSeconds -}}
{{- if $given -}}
{{- if lt (int $given) $least -}}
{{- fail (printf "shutdown.terminationGracePeriodSeconds is %d: pods may take %d seconds (preStopSleepSeconds + drainDelayMs + deadlineMs + 5 s)" (int $given) $least) -}}
{{- end -}}
{{- int $given -}}
{{- else -}}
{{- $least -}}
{{- end -}}
{{- end -}}

{{/* Checks that JSON Schema cannot express. The Deployment includes it, so that every release is checked. */}}
{{- define "auth-redirect.check" -}}
{{- $values := .Values -}}
{{- include "auth-redirect.checkFormats" . -}}
{{- if not $values.image.repository -}}
{{- fail "image.repository is missing: push the image to a registry of yours, and name it like registry.example.com/nestjs-auth-redirect" -}}
{{- end -}}
{{- if eq $values.image.tag "latest" -}}
{{- fail "image.tag is latest, which becomes another image: name a version, or set image.digest" -}}
{{- end -}}
{{- if and $values.tenants (or $values.auth0.issuer $values.auth0.existingSecret $values.auth0.continueUrl) -}}
{{- fail "auth0.issuer, auth0.existingSecret and auth0.continueUrl are for one tenant: leave them out where tenants is set" -}}
{{- end -}}
{{- if not $values.tenants -}}
{{- if not $values.auth0.issuer -}}
{{- fail "auth0.issuer is missing: the host that logins start at, like example.eu.auth0.com; or set tenants" -}}
{{- end -}}
{{- if not $values.auth0.existingSecret -}}
{{- fail "auth0.existingSecret is missing: the name of a Secret with the key current; see docs/how-to/kubernetes.md" -}}
{{- end -}}
{{- end -}}
{{- $names := list -}}
{{- $owners := dict -}}
{{- range $values.tenants -}}
{{- if has .name $names -}}{{- fail (printf "tenants has %s twice" .name) -}}{{- end -}}
{{- if hasKey $owners .existingSecret -}}
{{- fail (printf "tenants %s and %s have the same existingSecret, %s: an Action of one could sign tokens for the other" (get $owners .existingSecret) .name .existingSecret) -}}
{{- end -}}
{{- $names = append $names .name -}}
{{- $_ := set $owners .existingSecret .name -}}
{{- end -}}
{{- if and $values.redis.url $values.redis.existingSecret -}}
{{- fail "redis.url and redis.existingSecret are both set: keep one of them" -}}
{{- end -}}
{{- if and $values.redis.readyNeedsRedis (not (include "auth-redirect.usesRedis" .)) -}}
{{- fail "redis.readyNeedsRedis needs redis.url or redis.existingSecret" -}}
{{- end -}}
{{- if and $values.redis.ca.existingSecret $values.redis.ca.existingConfigMap -}}
{{- fail "redis.ca.existingSecret and redis.ca.existingConfigMap are both set: keep one of them" -}}
{{- end -}}
{{- $types := list "terms" "profile" "email-code" "sms-code" "external" "choose" "account-link" -}}
{{- range $id, $options := $values.steps.options -}}
{{- if not (has ($options.type | default $id) $types) -}}
{{- fail (printf "steps.options.%s is no ready-made step: correct its name, or set its type to one of %s" $id (join ", " $types)) -}}
{{- end -}}
{{- end -}}
{{- range $id, $options := $values.steps.options -}}
{{- range $part := list "source" "start" "result" -}}
{{- range $name, $value := dig $part "headers" dict $options -}}
{{- if and (regexMatch "(?i)(auth|cookie|key|secret|token|password)" $name) (not (contains "{handle}" (toString $value))) -}}
{{- fail (printf "steps.options.%s.%s.headers.%s would put a secret into a ConfigMap: use headerFiles and steps.existingSecrets" $id $part $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $gateway := dict "headers" (dig "gateway" "headers" dict $options) "body.form" (dig "gateway" "body" "form" dict $options) "body.json" (dig "gateway" "body" "json" dict $options) -}}
{{- range $part, $texts := $gateway -}}
{{- range $name, $value := (kindIs "map" $texts | ternary $texts dict) -}}
{{- if and (regexMatch "(?i)(authorization|auth|cookie|key|secret|token|password)$" $name) (not (contains "{{" (toString $value))) -}}
{{- fail (printf "steps.options.%s.gateway.%s.%s would put a secret into a ConfigMap: write {{secret.NAME}}, and use secretFiles and steps.existingSecrets" $id $part $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $type := list "external" "account-link" -}}
{{- if and (include "auth-redirect.hasStep" (list $ $type)) (not $values.publicUrl) -}}
{{- fail (printf "publicUrl is missing: the step %s sends the user to another site and back" $type) -}}
{{- end -}}
{{- end -}}
{{- if and $values.steps.package.volume $values.steps.package.inImage -}}
{{- fail "steps.package.volume would hide what steps.package.inImage says is there: keep one of them" -}}
{{- end -}}
{{- range $id := $values.steps.order -}}
{{- if not (or (hasKey $values.steps.options $id) $values.steps.package.volume $values.steps.package.inImage) -}}
{{- fail (printf "steps.order names %s, which steps.options does not configure (configured: %s)" $id (keys $values.steps.options | sortAlpha | join ", ")) -}}
{{- end -}}
{{- end -}}
{{- if and (gt (len $values.steps.options) 1) (not $values.steps.order) -}}
{{- fail (printf "steps.order is missing: Helm sorts the ids of steps.options, so list them in the order of a login (configured: %s)" (keys $values.steps.options | sortAlpha | join ", ")) -}}
{{- end -}}
{{- range $variable := $values.extraEnv -}}
{{- if and (hasKey $variable "value") (regexMatch "(SECRET|PASSWORD|TOKEN|PASSPHRASE|CREDENTIALS?|PRIVATE_KEY)(_PREVIOUS)?$|^REDIS_URL$" $variable.name) -}}
{{- fail (printf "extraEnv has %s with a value, which may be a secret: use valueFrom.secretKeyRef" $variable.name) -}}
{{- end -}}
{{- end -}}
{{- range $name, $content := $values.views.files -}}
{{- if not (regexMatch "^(style\\.css|(steps/)?[a-z0-9][a-z0-9_-]*\\.hbs|mails/[a-z0-9][a-z0-9_-]*\\.(html|text)\\.hbs|steps\\.css)$" $name) -}}
{{- fail (printf "views.files has %s: names are like continue.hbs, steps/terms.hbs, mails/email-code.html.hbs, style.css and steps.css" $name) -}}
{{- end -}}
{{- end -}}
{{- range $name, $content := $values.locales.files -}}
{{- if not (regexMatch "^[A-Za-z0-9-]+\\.json$" $name) -}}
{{- fail (printf "locales.files has %s: names are like nl.json" $name) -}}
{{- end -}}
{{- end -}}
{{- if and $values.ingress.enabled (not $values.ingress.hosts) -}}
{{- fail "ingress.hosts is empty: list the host names of the Ingress" -}}
{{- end -}}
{{- if and $values.httpRoute.enabled (not (and $values.httpRoute.parentRefs $values.httpRoute.hostnames)) -}}
{{- fail "httpRoute.parentRefs or httpRoute.hostnames is empty: name the Gateways and the host names" -}}
{{- end -}}
{{- if and $values.networkPolicy.enabled $values.metrics.serviceMonitor.enabled (not $values.networkPolicy.metricsFrom) -}}
{{- fail "networkPolicy.metricsFrom is empty: nobody could reach the metrics that metrics.serviceMonitor asks for" -}}
{{- end -}}
{{- if and $values.autoscaling.enabled (gt (int $values.autoscaling.minReplicas) (int $values.autoscaling.maxReplicas)) -}}
{{- fail "autoscaling.minReplicas is greater than autoscaling.maxReplicas" -}}
{{- end -}}
{{- if and $values.autoscaling.enabled (not (or $values.autoscaling.targetCPUUtilizationPercentage $values.autoscaling.targetMemoryUtilizationPercentage)) -}}
{{- fail "autoscaling has no target: set targetCPUUtilizationPercentage or targetMemoryUtilizationPercentage" -}}
{{- end -}}
{{- if and (hasKey $values.podDisruptionBudget "minAvailable") (not (kindIs "invalid" $values.podDisruptionBudget.minAvailable)) (not (kindIs "invalid" $values.podDisruptionBudget.maxUnavailable)) -}}
{{- fail "podDisruptionBudget.minAvailable and maxUnavailable are both set: set maxUnavailable to null" -}}
{{- end -}}
{{- $counting := include "auth-redirect.countingSteps" . -}}
{{- $replicas := include "auth-redirect.mostReplicas" . | int -}}
{{- if and $counting (gt $replicas 1) (not (include "auth-redirect.usesRedis" .)) -}}
{{- fail (printf "%s: without Redis each of %d replicas counts alone; set redis.existingSecret or redis.url, or run one replica (docs/how-to/kubernetes.md, Several replicas)" $counting $replicas) -}}
{{- end -}}
{{- end -}}

{{/* The tenants as TENANTS_FILE has them: their secrets are mounted, one directory for each. */}}
{{- define "auth-redirect.tenantsFile" -}}
{{- $tenants := list -}}
{{- range .Values.tenants -}}
{{- $keys := dict "directory" (printf "/run/secrets/tenants/%s" .name) -}}
{{- $tenants = append $tenants (merge (dict "keys" $keys) (omit . "existingSecret")) -}}
{{- end -}}
{{- dict "tenants" $tenants | toYaml -}}
{{- end -}}

{{/* Variables of the service; numbers and booleans as text. Each is set once. */}}
{{- define "auth-redirect.environment" -}}
{{- $values := .Values -}}
{{- $all := dict
  "HOST" $values.host
  "PORT" 3000
  "METRICS_PORT" 9464
  "LOG_LEVEL" $values.logLevel
  "AUTH0_ISSUER" $values.auth0.issuer
  "AUTH0_CONTINUE_URL" $values.auth0.continueUrl
  "AUTH0_SESSION_AUDIENCE" $values.auth0.audience
  "CONTINUE_TOKEN_LIFETIME" $values.auth0.continueTokenLifetime
  "PUBLIC_URL" $values.publicUrl
  "SIGN_IN_URL" $values.signInUrl
  "CONTINUE_PAGE" $values.continuePage
  "SESSION_TOKEN_PARAMETER" $values.auth0.sessionTokenParameter
  "CONTINUE_TOKEN_PARAMETER" $values.auth0.continueTokenParameter
  "STEPS" (join "," $values.steps.order)
  "BRAND_NAME" $values.branding.name
  "BRAND_LOGO" $values.branding.logo
  "BRAND_COLOR" $values.branding.color
  "BRAND_COLOR_DARK" $values.branding.darkColor
  "PRIVACY_URL" $values.branding.privacyUrl
  "SUPPORT_URL" $values.branding.supportUrl
  "TRUST_PROXY" $values.trustProxy
  "REFUSALS_PER_MINUTE_ADDRESS" (ternary "" $values.refusalsPerMinute.address (eq (toString $values.trustProxy) ""))
  "REFUSALS_PER_MINUTE_SUBJECT" $values.refusalsPerMinute.subject
  "MAX_CONNECTIONS" $values.maxConnections.total
  "MAX_CONNECTIONS_PER_ADDRESS" $values.maxConnections.perAddress
  "DRAIN_DELAY_MS" $values.shutdown.drainDelayMs
  "SHUTDOWN_DEADLINE_MS" $values.shutdown.deadlineMs
-}}
{{- if $values.tenants -}}
{{- $all = set $all "TENANTS_FILE" "/etc/auth-redirect/configuration/tenants.yaml" -}}
{{- else -}}
{{- $all = set $all "AUTH0_SESSION_SECRET_DIRECTORY" "/run/secrets/auth0" -}}
{{- end -}}
{{- if $values.steps.options -}}
{{- $all = set $all "STEPS_FILE" "/etc/auth-redirect/configuration/steps.yaml" -}}
{{- end -}}
{{- if or $values.steps.package.volume $values.steps.package.inImage -}}
{{- $all = set $all "STEPS_PACKAGE" (printf "/app/custom-steps/%s" $values.steps.package.entry) -}}
{{- end -}}
{{- if or $values.views.files $values.views.existingConfigMap -}}
{{- $all = set $all "VIEWS_DIRECTORY" "/etc/auth-redirect/views" -}}
{{- end -}}
{{- if or $values.locales.files $values.locales.existingConfigMap -}}
{{- $all = set $all "LOCALES_DIRECTORY" "/etc/auth-redirect/locales" -}}
{{- end -}}
{{- if include "auth-redirect.usesRedis" . -}}
{{- $all = set $all "REDIS_KEY_PREFIX" $values.redis.keyPrefix -}}
{{- $all = set $all "REDIS_DEADLINE_MS" $values.redis.deadlineMs -}}
{{- $all = set $all "REDIS_WHEN_UNAVAILABLE" $values.redis.whenUnavailable -}}
{{- $all = set $all "READY_NEEDS_REDIS" (toString $values.redis.readyNeedsRedis) -}}
{{- if $values.redis.existingSecret -}}
{{- $all = set $all "REDIS_URL_FILE" "/run/secrets/redis/url" -}}
{{- else -}}
{{- $all = set $all "REDIS_URL" $values.redis.url -}}
{{- end -}}
{{- if or $values.redis.ca.existingSecret $values.redis.ca.existingConfigMap -}}
{{- $all = set $all "REDIS_CA_FILE" (printf "/etc/auth-redirect/redis-ca/%s" $values.redis.ca.key) -}}
{{- end -}}
{{- end -}}
{{- range $name := keys $all | sortAlpha -}}
{{- $value := get $all $name -}}
{{- if not (or (kindIs "invalid" $value) (eq (toString $value) "")) }}
{{ $name }}: {{ (kindIs "float64" $value | ternary (toString (int64 $value)) (toString $value)) | quote }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Spreads pods over nodes, as far as possible. */}}
{{- define "auth-redirect.topologySpread" -}}
{{- if .Values.topologySpreadConstraints -}}
{{- toYaml .Values.topologySpreadConstraints -}}
{{- else -}}
{{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
- maxSkew: 1
  topologyKey: {{ $key }}
  whenUnsatisfiable: {{ $.Values.topologySpread.whenUnsatisfiable }}
  labelSelector:
    matchLabels:
      {{- include "auth-redirect.podSelectorLabels" $ | nindent 6 }}
  matchLabelKeys: [pod-template-hash]
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The key of a file in a ConfigMap, whose keys cannot hold a slash. */}}
{{- define "auth-redirect.fileKey" -}}
{{- printf "%s.%s" .directory (.name | replace "/" "..") -}}
{{- end -}}
