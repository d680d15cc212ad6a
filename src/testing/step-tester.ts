import { createHash } from 'node:crypto';
import type { Clock } from '../auth-redirect/clock.js';
import type { SessionToken } from '../auth-redirect/session-token.js';
import { loadLocales } from '../auth-redirect/locales/locales.js';
import { MemoryReplayStore } from '../auth-redirect/replay/memory-replay-store.js';
import { validateForm, type FormValues } from '../auth-redirect/steps/step-form.js';
import { invalid, type Step, type StepContext, type StepResult } from '../auth-redirect/steps/step.js';
import type { StepView } from '../auth-redirect/pages/step-view.js';
import type { JsonValue } from '../auth-redirect/json.js';
import { replayStoreMemory } from '../auth-redirect/steps/step-memory.js';
import { FrozenClock } from './frozen-clock.js';

/** The login that a step is tested in; what is left out has a sensible value. */
export interface TestedLogin {
  /** `sub`. Default: `auth0|tester`. */
  readonly subject?: string;
  /** What else the session token says. Default: nothing. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Language of the pages. Default: `en`. */
  readonly locale?: string;
  /** Texts of one's own, as the option `localesDirectory`. Default: the built-in ones alone. */
  readonly localesDirectory?: string;
  /** Moves the windows of `StepMemory.count`. Default: a clock that stands still. */
  readonly clock?: Clock;
  /** What the steps before gave, by step id. Default: nothing. */
  readonly earlier?: Readonly<Record<string, JsonValue>>;
}

/**
 * Runs one step as the runner does, form validation included, without HTTP.
 *
 * @example
 * const tester = new StepTester(new BirthdayStep(new FrozenClock(Date.parse('2026-11-23'))));
 * expect(await tester.submit({ birthday: '2020-01-01' })).toEqual(denied('underage', 'You have to be 18.'));
 *
 * @publicApi
 */
export class StepTester<Form extends object, Data extends JsonValue> {
  /** What the step wrote to its log, in order. */
  readonly logged: unknown[] = [];
  readonly #context: StepContext;

  constructor(
    private readonly step: Step<Form, Data>,
    login: TestedLogin = {},
  ) {
    this.#context = this.#contextOf(login);
  }

  /** Whether this login needs the step. */
  async applies(): Promise<boolean> {
    return this.step.applies(this.#context);
  }

  /** The page, before anything is posted. */
  async view(): Promise<StepView> {
    return this.step.view(this.#context);
  }

  /**
   * Posts a form.
   *
   * @param fields As a browser sends them: texts, and lists of texts for a name that is there several times.
   * @returns What the step gave, or `invalid` with its form's own messages where the step was not even asked.
   */
  async submit(fields: FormValues): Promise<StepResult<Form, Data>> {
    const { form, messages } = await validateForm(this.step.form, fields, this.#context.t);
    if (Object.keys(messages).length > 0) return { ...invalid({}), messages: { ...messages } as object };
    return this.step.submit(this.#context, form);
  }

  /**
   * Comes back from where the step handed off to.
   *
   * @param query What the other site added to the return address.
   * @throws Error where the step has no `returned`.
   */
  async returned(query: FormValues): Promise<StepResult<Form, Data>> {
    if (!this.step.returned) throw new Error('the step has no returned()');
    return this.step.returned(this.#context, query);
  }

  #contextOf({
    subject = 'auth0|tester',
    claims = {},
    locale = 'en',
    localesDirectory,
    clock = new FrozenClock(0),
    earlier = {},
  }: TestedLogin): StepContext {
    const issuer = 'tenant.example';
    const issuedAt = Math.floor(clock.now() / 1000);
    const sessionToken: SessionToken = {
      tenant: issuer,
      issuer,
      subject,
      issuedAt,
      expiresAt: issuedAt + 900,
      claims: { iss: issuer, sub: subject, iat: issuedAt, exp: issuedAt + 900, ...claims },
    };
    const log = (message: unknown): void => void this.logged.push(message);
    return {
      sessionToken,
      tenant: issuer,
      locale,
      t: loadLocales(localesDirectory).translate(locale),
      earlier,
      reference: 'TESTS-TESTS',
      memory: replayStoreMemory(new MemoryReplayStore(clock), clock, {
        login: 'login',
        expiresAt: issuedAt + 900,
        user: subject,
        step: this.step.id,
      }),
      secret: (name) => createHash('sha256').update(`${this.step.id} ${name}`).digest(),
      returnUrl: () => `https://login.example.com/redirect/steps/${this.step.id}/return?login=test`,
      logger: { log, warn: log, error: log },
    };
  }
}
