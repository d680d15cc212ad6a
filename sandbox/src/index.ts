export { startSandbox } from './sandbox.js';
export type { Sandbox } from './sandbox.js';
export type { OwnClient, SampleAppSettings, SandboxOptions } from './sandbox-options.js';
export { SandboxError } from './sandbox-errors.js';
export type { SandboxErrorCode } from './sandbox-errors.js';
export type { TlsSettings } from './network/loopback-server.js';
export { parseSecrets } from './secrets-file.js';
export type { Clock } from './clock.js';
export type { LoginObserver } from './transactions/login-observer.js';
export type {
  ActionEntry,
  ActionStepDetails,
  CallEntry,
  IssuedTokens,
  Failure,
  FailureEntry,
  LogEntry,
  StepDetails,
  TokenView,
  TransactionRecord,
  TransactionStatus,
  TransactionStep,
} from './transactions/transaction.js';
export type { VendorAlgorithm, VendorSettings } from './vendor/vendor-settings.js';
export type { CheckResult, CheckVerdict } from './redirect/validate-token.js';
export type { Json, JsonObject } from './json.js';
