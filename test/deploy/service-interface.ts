/** The variables of the service; those of its one secret that a chart has no use for are left out. */
export const VARIABLES: ReadonlySet<string> = new Set([
  'AUTH0_CONTINUE_URL',
  'AUTH0_ISSUER',
  'AUTH0_SESSION_AUDIENCE',
  'AUTH0_SESSION_SECRET_DIRECTORY',
  'BRAND_COLOR',
  'BRAND_COLOR_DARK',
  'BRAND_LOGO',
  'BRAND_NAME',
  'CONTINUE_TOKEN_LIFETIME',
  'DRAIN_DELAY_MS',
  'HOST',
  'LOCALES_DIRECTORY',
  'LOG_LEVEL',
  'METRICS_PORT',
  'PORT',
  'PRIVACY_URL',
  'PUBLIC_URL',
  'READY_NEEDS_REDIS',
  'REDIS_CA_FILE',
  'REDIS_DEADLINE_MS',
  'REDIS_KEY_PREFIX',
  'REDIS_URL',
  'REDIS_URL_FILE',
  'REDIS_WHEN_UNAVAILABLE',
  'REFUSALS_PER_MINUTE_ADDRESS',
  'REFUSALS_PER_MINUTE_SUBJECT',
  'SHUTDOWN_DEADLINE_MS',
  'SIGN_IN_URL',
  'STEPS',
  'STEPS_FILE',
  'STEPS_PACKAGE',
  'SUPPORT_URL',
  'TENANTS_FILE',
  'TRUST_PROXY',
  'VIEWS_DIRECTORY',
]);

/** Metrics of the service with their labels. */
export const METRICS: Readonly<Record<string, readonly string[]>> = {
  auth_redirect_requests_total: ['tenant', 'outcome', 'code'],
  auth_redirect_request_duration_seconds_bucket: ['outcome', 'le'],
  auth_redirect_request_duration_seconds_count: ['outcome'],
  auth_redirect_request_duration_seconds_sum: ['outcome'],
  auth_redirect_token_duration_seconds_bucket: ['operation', 'le'],
  auth_redirect_token_duration_seconds_count: ['operation'],
  auth_redirect_store_duration_seconds_bucket: ['operation', 'outcome', 'le'],
  auth_redirect_store_duration_seconds_count: ['operation', 'outcome'],
  auth_redirect_steps_total: ['tenant', 'step', 'event'],
  auth_redirect_key_reloads_total: ['tenant', 'outcome'],
  auth_redirect_key_files_unusable: ['tenant'],
  auth_redirect_store_degraded: [],
  auth_redirect_store_degradations_total: ['fault'],
  process_cpu_seconds_total: [],
  process_resident_memory_bytes: [],
  process_start_time_seconds: [],
  nodejs_eventloop_lag_p99_seconds: [],
  nodejs_heap_size_used_bytes: [],
};

/** Metrics of Prometheus and of kube-state-metrics that the rules and the dashboard use. */
export const FOREIGN_METRICS: Readonly<Record<string, readonly string[]>> = {
  up: [],
  kube_deployment_status_replicas_ready: ['deployment'],
  kube_deployment_spec_replicas: ['deployment'],
  kube_pod_container_status_last_terminated_exitcode: ['container'],
  kube_pod_container_status_ready: ['container'],
};

/** What Prometheus and its operator add to every metric. */
export const TARGET_LABELS: readonly string[] = ['job', 'namespace', 'pod', 'instance', 'container'];
