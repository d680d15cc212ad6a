export { callDifferences } from './call-differences.js';
export { replay } from './replay.js';
export type { ReplayedStep, ReplayOptions } from './replay.js';
export { continueAction, runAction } from './run-action.js';
export type { ContinueActionOptions, EventOverrides, ReturnedToken, RunActionOptions } from './run-action-options.js';
export type { ActionCall, ActionRedirect, ActionResult, ConsoleLine } from './action-result.js';
export { SandboxError } from '../sandbox-errors.js';
export type { SandboxErrorCode } from '../sandbox-errors.js';
export type { CacheRecord } from '../execution/execution.js';
export type { Json, JsonObject } from '../json.js';
export type { CheckResult, CheckVerdict } from '../redirect/validate-token.js';
export type {
  ActionModuleDefinition,
  IdentityDefinition,
  TriggerName,
  UserDefinition,
} from '../definition/tenant-definition.js';
export type { CallEntry, Failure, LogEntry } from '../transactions/transaction.js';
export type { FixtureStep, LoginFixture } from '../transactions/fixture.js';
