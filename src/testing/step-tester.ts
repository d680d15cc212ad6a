import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '../auth-redirect/clock.js';
import type { SessionToken } from '../auth-redirect/session-token.js';
import { loadLocales } from '../auth-redirect/locales/locales.js';
import { MemoryReplayStore } from '../auth-redirect/replay/memory-replay-store.js';
import { validateForm, type FormValues } from '../auth-redirect/steps/step-form.js';
import { invalid, type Step, type StepContext, type StepResult } from '../auth-redirect/steps/step.js';
import type { StepView } from '../auth-redirect/pages/step-view.js';
import type { JsonValue } from '../auth-redirect/json.js';
import { loadViews } from '../auth-redirect/pages/load-views.js';
import { PagesService } from '../auth-redirect/pages/pages.service.js';
import { SystemRandomness } from '../auth-redirect/randomness.js';
import { callbackOf, returnAddress } from '../auth-redirect/steps/step-address.js';
import { stepInbox, webhookInbox, type InboxKey } from '../auth-redirect/steps/step-inbox.js';
import { stepMemory } from '../auth-redirect/steps/step-memory.js';
import { messagesOf } from '../auth-redirect/steps/steps.service.js';
import { TenantsService } from '../auth-redirect/tenants/tenants.service.js';
import { FrozenClock } from './frozen-clock.js';

const ISSUER = 'tenant.example';
const PUBLIC_URL = 'https://steps.example.com/redirect';
const LOGIN_ID = 'test';
const LOGIN = 'login';

const KEY: InboxKey = { id: 'test', stepInboxKey: (entry) => createHash('sha256').update(entry).digest() };

/** Configures the login in which a step is tested. */
export interface TestedLogin {
  /** Claim `sub`. Default: `auth0|tester`. */
  readonly subject?: string;
  /** More claims of the session token. Default: none. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Language of the pages. Default: `en`. */
  readonly locale?: string;
  /** Directory of your texts, like the option `localesDirectory`. Default: only the built-in texts. */
  readonly localesDirectory?: string;
  /** Directory of your templates, like the option `viewsDirectory`. Default: only the built-in views. */
  readonly viewsDirectory?: string;
  /** Clock of the login, its session token and `StepMemory.count`; pass the clock of the step. Default: frozen at 1970. */
  readonly clock?: Clock;
  /** Data of earlier steps, by step id. Default: none. */
  readonly earlier?: Readonly<Record<string, JsonValue>>;
}

/**
 * Runs one step like the service, with form validation and without HTTP.
 *
 * @example
 * ```ts
 * const tester = new StepTester(new BirthdayStep(new FrozenClock(Date.parse('2026-11-23'))));
 * const birthday = { 'birthday-year': '2020', 'birthday-month': '1', 'birthday-day': '1' };
 * expect(await tester.submit(birthday)).toEqual(denied('underage', 'You have to be 18.'));
 * ```
 *
 * @publicApi
 */
export class StepTester<Form extends object, Data extends JsonValue> {
  /** The log lines of the step, in order. */
  readonly logged: unknown[] = [];
  /** Keys of texts that no locale file contains. */
  readonly unknownTexts = new Set<string>();
  readonly #context: StepContext;
  readonly #store: MemoryReplayStore;

  constructor(
    private readonly step: Step<Form, Data>,
    private readonly login: TestedLogin = {},
  ) {
    const { clock = new FrozenClock(0) } = login;
    this.#store = new MemoryReplayStore(clock);
    this.#context = this.#contextOf({ ...login, clock });
  }

  /** Returns whether this login needs the step. */
  async applies(): Promise<boolean> {
    return this.step.applies(this.#context);
  }

  /**
   * Returns the page before the first post, or after an invalid form.
   *
   * @param posted Fields of the invalid form. Default: none, before the first post.
   */
  async view(posted?: FormValues): Promise<StepView> {
    return this.step.view(this.#context, posted);
  }

  /**
   * Renders the page with its template.
   *
   * @param fields Fields of an invalid form: the page shows its messages. Default: none, before the first post.
   * @returns HTML.
   * @throws ViewError if the template is missing or uses an unknown variable; Error if the form is valid.
   */
  async render(fields?: FormValues): Promise<string> {
    const result = fields === undefined ? invalid<Form>({}) : await this.submit(fields);
    if (result.type !== 'invalid') throw new Error(`the form is valid: the step returned ${result.type}`);
    const pages = await pagesOf(this.login);
    const { tenant, locale } = this.#context;
    return pages.stepPage({
      view: await this.view(fields),
      tenant,
      locale,
      action: `/redirect/steps/${this.step.id}?login=test`,
      position: 1,
      total: 1,
      minutesLeft: 15,
      values: fields ?? {},
      messages: messagesOf(result),
    }).body;
  }

  /**
   * Posts a form.
   *
   * @param fields A text for each field, or a list for a repeated field.
   * @returns The step's result, or `invalid` with messages of the form's decorators.
   */
  async submit(fields: FormValues): Promise<StepResult<Form, Data>> {
    const { form, messages } = await validateForm(this.step.form, fields, this.#context.t);
    if (Object.keys(messages).length > 0) return { ...invalid({}), messages: { ...messages } as object };
    return this.step.submit(this.#context, form);
  }

  /**
   * Returns from the other site.
   *
   * @param values Query parameters or form fields that the site adds.
   * @throws Error if the step has no `returned`.
   */
  async returned(values: FormValues): Promise<StepResult<Form, Data>> {
    if (!this.step.returned) throw new Error('the step has no returned()');
    return this.step.returned(this.#context, values);
  }

  /**
   * Requests the page again.
   *
   * @throws Error if the step has no `resume`.
   */
  async resume(): Promise<StepResult<Form, Data>> {
    if (!this.step.resume) throw new Error('the step has no resume()');
    return this.step.resume(this.#context);
  }

  /**
   * Sends a webhook.
   *
   * @param headers Headers by lower-case name.
   * @throws Error if the step has no `webhook`.
   */
  async webhook(body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    if (!this.step.webhook) throw new Error('the step has no webhook()');
    const inbox = webhookInbox(this.#store, () => KEY, this.step.id);
    return this.step.webhook({ body: Buffer.from(body), headers, logger: this.#context.logger }, inbox);
  }

  #contextOf({
    subject = 'auth0|tester',
    claims = {},
    locale = 'en',
    localesDirectory,
    clock,
    earlier = {},
  }: TestedLogin & { readonly clock: Clock }): StepContext {
    const issuer = ISSUER;
    const issuedAt = Math.floor(clock.now() / 1000);
    const sessionToken: SessionToken = {
      tenant: issuer,
      issuer,
      subject,
      issuedAt,
      expiresAt: issuedAt + 900,
      claims: { iss: issuer, sub: subject, iat: issuedAt, exp: issuedAt + 900, ...claims },
    };
    const translate = loadLocales(localesDirectory).translate(locale);
    const secret = (name: string): Uint8Array => createHash('sha256').update(`${this.step.id} ${name}`).digest();
    const log = (message: unknown): void => void this.logged.push(message);
    return {
      sessionToken,
      tenant: issuer,
      locale,
      t: (key, values) => {
        const text = translate(key, values);
        if (text === key) this.unknownTexts.add(key);
        return text;
      },
      earlier,
      reference: 'TESTS-TESTS',
      memory: stepMemory(this.#store, clock, sessionToken, LOGIN, this.step.id),
      inbox: stepInbox(this.#store, KEY, sessionToken, LOGIN, this.step.id),
      secret,
      returnUrl: () => returnAddress(PUBLIC_URL, this.step.id, LOGIN_ID),
      callback: () => callbackOf(PUBLIC_URL, this.step.id, LOGIN_ID, secret('callback')),
      renderMail: async (name, model) => (await pagesOf(this.login)).mail({ name, tenant: issuer, locale, model }),
      logger: { log, warn: log, error: log },
    };
  }
}

async function pagesOf({ localesDirectory, viewsDirectory }: TestedLogin): Promise<PagesService> {
  const options = { issuer: ISSUER, secret: randomUUID() };
  const views = await loadViews(viewsDirectory);
  const tenants = new TenantsService(options);
  return new PagesService(new SystemRandomness(), views, loadLocales(localesDirectory), tenants, options);
}
