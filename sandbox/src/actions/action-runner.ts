import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { performance } from 'node:perf_hooks';
import { messageOf, stackOf } from '../error-message.js';
import { isRecord, type Json } from '../json.js';
import type { StepDetails } from '../transactions/transaction.js';
import { actionApi, type ApiSurroundings } from './action-api.js';
import type { ActionPhase } from './action-phase.js';
import { loadAction, type ActionRealm } from './action-realm.js';

/** How long one phase of an Action may take, in milliseconds; Auth0 grants as much. */
export const PHASE_LIMIT_MS = 20_000;

/** The two moments at which a post-login Action is called. */
export type HandlerName = 'onExecutePostLogin' | 'onContinuePostLogin';

/** How one phase went. */
export interface PhaseResult {
  readonly step: StepDetails & { kind: 'action' };
  /** What the Action threw, or why it could not run. */
  readonly error?: string;
  /** Whether the file exports the handler that continues after a redirect. */
  readonly exportsContinue: boolean;
}

/** Runs one handler of an Action file, which is read anew each time. */
export async function runPhase(
  file: string,
  handler: HandlerName,
  event: Json,
  phase: ActionPhase,
  tenant: ApiSurroundings,
  limitMs: number = PHASE_LIMIT_MS,
): Promise<PhaseResult> {
  const started = performance.now();
  let realm: ActionRealm | undefined;
  let failure: unknown;
  try {
    const source = await readFile(file, 'utf8');
    realm = loadAction({ file, source, limitMs, log: phase.log });
    await withinLimit(call(realm, handler, event, phase, tenant), limitMs);
  } catch (error) {
    failure = isTimeout(error) ? new Error(timeoutMessage(limitMs)) : (error ?? 'nothing');
  } finally {
    phase.close();
  }
  return result(file, handler, phase, realm, failure, Math.round(performance.now() - started));
}

async function call(
  realm: ActionRealm,
  handler: HandlerName,
  event: Json,
  phase: ActionPhase,
  tenant: ApiSurroundings,
): Promise<void> {
  const action = realm.handler(handler);
  if (action) await realm.callLimited(() => action(realm.clone(event), actionApi(phase, realm, tenant)));
}

async function withinLimit(work: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(timeoutMessage(limitMs))), limitMs);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function result(
  file: string,
  handler: HandlerName,
  phase: ActionPhase,
  realm: ActionRealm | undefined,
  failure: unknown,
  durationMs: number,
): PhaseResult {
  const error = failure === undefined ? undefined : describe(failure, phase);
  const skipped = realm && !realm.handler(handler) ? { skipped: 'not exported' as const } : {};
  const step = {
    kind: 'action',
    file: basename(file),
    handler,
    durationMs,
    entries: phase.entries,
    ...skipped,
  } as const;
  const exportsContinue = realm?.handler('onContinuePostLogin') !== undefined;
  if (!error) return { step, exportsContinue };
  return { step: { ...step, error }, error: error.message, exportsContinue };
}

function describe(thrown: unknown, { masker }: ActionPhase): { message: string; stack: string } {
  return { message: masker.text(messageOf(thrown)), stack: masker.text(ownFrames(stackOf(thrown))) };
}

/** What `vm` throws when code does not yield in time. */
function isTimeout(error: unknown): boolean {
  return isRecord(error) && error['code'] === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}

/** The lines up to the sandbox's own machinery. */
function ownFrames(stack: string): string {
  const lines = stack.split('\n');
  const machinery = lines.findIndex((line) => /action-realm|action-phase|node:vm|node:internal/.test(line));
  return (machinery === -1 ? lines : lines.slice(0, machinery)).join('\n');
}

function timeoutMessage(limitMs: number): string {
  return `The Action took longer than the ${limitMs / 1000} seconds that a phase may take.`;
}
