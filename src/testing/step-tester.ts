import type { SessionToken } from '../auth-redirect/continue-token/session-token.js';
import { validateForm, type FormValues } from '../auth-redirect/steps/step-form.js';
import {
  invalid,
  type JsonValue,
  type Step,
  type StepContext,
  type StepResult,
  type StepView,
} from '../auth-redirect/steps/step.js';

/** The login that a step is tested in; what is left out has a sensible value. */
export interface TestedLogin {
  /** `sub`. Default: `auth0|tester`. */
  readonly subject?: string;
  /** What else the session token says. Default: nothing. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Language of the pages. Default: `en`. */
  readonly locale?: string;
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
    const { form, messages } = await validateForm(this.step.form, fields);
    if (Object.keys(messages).length > 0) return { ...invalid({}), messages: { ...messages } as object };
    return this.step.submit(this.#context, form);
  }

  #contextOf({ subject = 'auth0|tester', claims = {}, locale = 'en', earlier = {} }: TestedLogin): StepContext {
    const issuer = 'tenant.example';
    const sessionToken: SessionToken = {
      tenant: issuer,
      issuer,
      subject,
      issuedAt: 0,
      expiresAt: 900,
      claims: { iss: issuer, sub: subject, iat: 0, exp: 900, ...claims },
    };
    const log = (message: unknown): void => void this.logged.push(message);
    return {
      sessionToken,
      tenant: issuer,
      locale,
      earlier,
      reference: 'TESTS-TESTS',
      logger: { log, warn: log, error: log },
    };
  }
}
