/** Codes of startup errors. They are stable, so that scripts and tests can match them. */
export type SandboxErrorCode =
  | 'usage'
  | 'action_file_unreadable'
  | 'action_handler_missing'
  | 'fixture_invalid'
  | 'option_invalid'
  | 'secrets_file_unreadable'
  | 'secrets_file_malformed'
  | 'tenant_unreadable'
  | 'tenant_malformed'
  | 'tenant_invalid'
  | 'tenant_variable_unset'
  | 'port_in_use'
  | 'port_forbidden'
  | 'client_invalid'
  | 'https_folder_unusable'
  | 'certificate_invalid'
  | 'map_invalid'
  | 'init_failed'
  | 'state_file_unreadable'
  | 'state_file_malformed'
  | 'state_file_unwritable';

/**
 * A wrong configuration. The message is one readable line.
 *
 * @publicApi
 */
export class SandboxError extends Error {
  constructor(
    readonly code: SandboxErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'SandboxError';
  }
}
