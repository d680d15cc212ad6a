import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { actionNameOf } from '../action-name.js';
import type { CacheRecord } from '../execution/execution.js';
import { isJsonObject, isRecord, parseJson, textOf } from '../json.js';
import { SandboxError } from '../sandbox-errors.js';
import { TRIGGERS } from '../definition/tenant-definition.js';
import type { FixtureStep, LoginFixture } from '../transactions/fixture.js';
import type { ActionCall, ActionResult } from './action-result.js';
import { callDifferences } from './call-differences.js';
import { assertKnownOptions } from './checked-options.js';
import { runAtFixedTime } from './run-action.js';
import type { RunActionOptions } from './run-action-options.js';

/**
 * Options of {@link replay}.
 *
 * @publicApi
 */
export interface ReplayOptions extends Pick<RunActionOptions, 'packages' | 'modules'> {
  /** `event.secrets`, which a fixture omits. The session token is valid only with the secret that signed it. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Name of the Action in the fixture. Default: the file's name, or its folder's for `code.js` or `index.js`. */
  readonly action?: string;
}

/**
 * A replayed function of a recorded login.
 *
 * @publicApi
 */
export interface ReplayedStep {
  readonly handler: string;
  /** Recorded calls. */
  readonly recorded: readonly ActionCall[];
  /** The result of the replay. */
  readonly result: ActionResult;
  /** Differences between the calls, one line each. Empty if they are the same. */
  readonly differences: readonly string[];
}

/**
 * Runs an Action again with the events of a recorded login, each at its recorded time.
 *
 * @param fixture A login that was saved from its timeline (`/transactions/ID.fixture.json`), or the path of that file.
 * @param file The Action.
 * @example
 * for (const { differences } of await replay('login.fixture.json', 'post-login.js', { secrets })) {
 *   assert.deepEqual(differences, []);
 * }
 * @publicApi
 */
export async function replay(
  fixture: LoginFixture | string,
  file: string | URL,
  options: ReplayOptions = {},
): Promise<ReplayedStep[]> {
  assertKnownOptions(options, ['secrets', 'action', 'packages', 'modules']);
  const { steps } = typeof fixture === 'string' ? await readFixture(fixture) : fixture;
  const { action, ...rest } = options;
  const own = stepsOf(steps, String(file), action);
  const replayed: ReplayedStep[] = [];
  for (const step of own) replayed.push(await replayStep(step, file, rest));
  return replayed;
}

/** An Action has the name of its file or folder; a tenant file may rename it. */
function stepsOf(steps: readonly FixtureStep[], file: string, action?: string): readonly FixtureStep[] {
  const names = action === undefined ? [actionNameOf(file), basename(file)] : [action];
  const named = steps.filter((step) => names.includes(step.action));
  const own = named.length > 0 ? named : steps.filter((step) => names.includes(step.file));
  if (own.length > 0) return own;
  const known = [...new Set(steps.map((step) => step.action))].join(', ') || 'none';
  const wanted = action ?? basename(file);
  throw invalid(`The fixture has no Action "${wanted}". It has: ${known}. The option "action" chooses one.`);
}

async function replayStep(step: FixtureStep, file: string | URL, options: RunActionOptions): Promise<ReplayedStep> {
  const { handler, event, at, durationMs } = step;
  const trigger = TRIGGERS.find((name) => name === step.trigger) ?? 'post-login';
  const recordedOptions = {
    handler,
    trigger,
    now: Date.parse(at),
    cache: cacheReadBy(step),
    authorize: promptOf(step),
  };
  const result = await runAtFixedTime(file, { ...options, ...recordedOptions, event: { ...ABSENT, ...event } });
  const recorded = step.calls.map(({ type: _type, ...call }) => call);
  const differences = callDifferences(recorded, result.calls, Object.values(options.secrets ?? {}), durationMs);
  return { handler, recorded, result, differences: [...differences, ...failureDifference(step, result)] };
}

/** The default event has these members, but a recorded event may lack them. */
const ABSENT = { organization: undefined, session: undefined };

/** Returns the records that the Action read during the recording. */
function cacheReadBy({ calls }: FixtureStep): Record<string, CacheRecord> {
  const records = calls.flatMap(({ name, args, result }) => {
    if (name !== 'api.cache.get' || !isJsonObject(result)) return [];
    const record = { value: textOf(result['value']), expires_at: Number(result['expires_at']) };
    return [[textOf(args[0]), record] as const];
  });
  // The first read counts: the Action may have stored later values itself.
  return Object.fromEntries(records.toReversed());
}

/** With `prompt=none` a login cannot redirect. */
function promptOf({ event: { transaction } }: FixtureStep): Record<string, string> {
  const prompt = isJsonObject(transaction) ? transaction['prompt'] : undefined;
  return Array.isArray(prompt) && prompt.length > 0 ? { prompt: prompt.map(textOf).join(' ') } : {};
}

function failureDifference({ error: before }: FixtureStep, { error: now }: ActionResult): string[] {
  if (before?.message === now?.message) return [];
  return [
    `recorded: ${before ? `failed: ${before.message}` : 'no failure'}; now: ${now ? `failed: ${now.message}` : 'no failure'}`,
  ];
}

async function readFixture(path: string): Promise<LoginFixture> {
  let content: unknown;
  try {
    content = parseJson(await readFile(path, 'utf8'));
  } catch (cause) {
    throw invalid(`The fixture ${path} cannot be read as JSON.`, { cause });
  }
  if (isFixture(content)) return content;
  throw invalid(`${path} is not a fixture of this version. Save it again from the login's timeline.`);
}

function isFixture(value: unknown): value is LoginFixture {
  return isRecord(value) && value['version'] === 1 && Array.isArray(value['steps']);
}

function invalid(message: string, options?: ErrorOptions): SandboxError {
  return new SandboxError('fixture_invalid', message, options);
}
