import type { INestApplicationContext } from '@nestjs/common';
import { REFUSALS, ViewError, type RefusalCode } from '../../auth-redirect/errors.js';
import type { Answer } from '../../auth-redirect/http/answer.js';
import { dataHeaders } from '../../auth-redirect/http/security-headers.js';
import { Locales } from '../../auth-redirect/locales/locales.js';
import type { AuthRedirectOptions } from '../../auth-redirect/options/auth-redirect.options.js';
import { PagesService, type StepPage } from '../../auth-redirect/pages/pages.service.js';
import { faultOf } from '../../auth-redirect/requests/fault.js';
import { validateForm } from '../../auth-redirect/steps/step-form.js';
import { StepRegistry } from '../../auth-redirect/steps/step-registry.js';
import type { Step } from '../../auth-redirect/steps/step.js';
import { messagesOf } from '../../auth-redirect/steps/steps.service.js';
import type { JsonValue } from '../../auth-redirect/json.js';
import { TenantsService } from '../../auth-redirect/tenants/tenants.service.js';
import { ChooseStep } from '../../steps/choose/index.js';
import { EmailCodeStep } from '../../steps/email-code/index.js';
import { ProfileStep } from '../../steps/profile/index.js';
import { SmsCodeStep } from '../../steps/sms-code/index.js';
import { StepTester } from '../../testing/step-tester.js';
import { SAMPLE_CLAIMS, sampledStep } from '../sampled-step.js';
import { UnsentEmailCodeStep } from './unsent-email-code.step.js';
import { UnsentSmsCodeStep } from './unsent-sms-code.step.js';

/** Steps that only validate when submitted. */
const HARMLESS = [ProfileStep, ChooseStep, UnsentEmailCodeStep, UnsentSmsCodeStep];

const CLAIMS = {
  ...SAMPLE_CLAIMS,
  email: 'alex@example.com',
  name: 'Alex Example',
  given_name: 'Alex',
  family_name: 'Example',
};

const MINUTES_LEFT = 15;
const RETRY_AFTER_SECONDS = 30;

export interface Choice {
  readonly tenant: string;
  readonly locale: string;
  readonly scheme: 'light' | 'dark';
}

type Render = (choice: Choice) => Answer | Promise<Answer>;

export class Preview {
  readonly tenants: readonly string[];
  readonly locales: readonly string[];
  readonly #pages: PagesService;
  readonly #translations: Locales;
  readonly #renders: ReadonlyMap<string, Render>;

  constructor(
    context: INestApplicationContext,
    private readonly options: AuthRedirectOptions,
  ) {
    this.#pages = context.get(PagesService, { strict: false });
    this.#translations = context.get(Locales, { strict: false });
    this.locales = this.#translations.tags.toSorted();
    this.tenants = [
      ...new Set(
        context
          .get(TenantsService, { strict: false })
          .all()
          .map(({ name }) => name),
      ),
    ];
    const registry = context.get(StepRegistry, { strict: false });
    this.#renders = new Map([...this.#continuePages(), ...this.#stepPages(registry), ...this.#refusals()]);
  }

  get names(): readonly string[] {
    return [...this.#renders.keys()];
  }

  /** Returns the page, or the reason why a step has none; undefined for an unknown name. */
  async page(name: string, choice: Choice): Promise<Answer | undefined> {
    try {
      return await this.#renders.get(name)?.(choice);
    } catch (error) {
      const { name: kind, frames } = faultOf(error);
      const body = error instanceof ViewError ? error.message : `${kind} in ${frames[0] ?? 'an unknown place'}`;
      return { status: 500, headers: dataHeaders('text/plain; charset=utf-8'), body };
    }
  }

  /** Forms of these pages post to the preview. */
  #continuePages(): [string, Render][] {
    const page = { continueUrl: '/continue', state: 'preview', sessionToken: 'preview' };
    return [
      ['continue', (choice) => this.#pages.continuePage({ ...page, ...choice })],
      ['continue/again', (choice) => this.#pages.continuePage({ ...page, ...choice, isAutomatic: false })],
    ];
  }

  #stepPages(registry: StepRegistry): [string, Render][] {
    const steps = registry.defaultSteps();
    return steps.flatMap((step, index): [string, Render][] => {
      const { isOptional } = registry.ruleOf(step);
      const place = { position: index + 1, total: steps.length, isOptional };
      return [
        [`step/${step.id}`, async (choice) => this.#stepPage(step, choice, place)],
        [`step/${step.id}/problems`, async (choice) => this.#stepPage(step, choice, place, true)],
      ];
    });
  }

  /** Shows the problems of an empty form, which only {@link HARMLESS} steps submit: other steps could send or store data. */
  async #stepPage(
    step: Step,
    { tenant, locale, scheme }: Choice,
    place: Pick<StepPage, 'position' | 'total' | 'isOptional'>,
    hasProblems = false,
  ): Promise<Answer> {
    const { viewsDirectory, localesDirectory } = this.options;
    const directories = { ...(viewsDirectory && { viewsDirectory }), ...(localesDirectory && { localesDirectory }) };
    const shown = unsent(step);
    const login = { subject: 'auth0|preview', claims: CLAIMS, locale, ...directories };
    const tester = new StepTester(shown, login);
    const view = await tester.view(hasProblems ? {} : undefined);
    const messages = hasProblems ? await this.#problemsOf(shown, tester, locale) : {};
    const query = new URLSearchParams({ tenant, locale, scheme });
    const action = `/pages/step/${step.id}/problems?${query.toString()}`;
    const page = { view, tenant, locale, action, ...place, minutesLeft: MINUTES_LEFT, values: {}, messages };
    return this.#pages.stepPage(page);
  }

  async #problemsOf(
    step: Step,
    tester: StepTester<object, JsonValue>,
    locale: string,
  ): Promise<Readonly<Record<string, string>>> {
    const result = HARMLESS.some((type) => step instanceof type) ? await tester.submit({}) : undefined;
    if (result?.type === 'invalid') return messagesOf(result);
    return (await validateForm(step.form, {}, this.#translations.translate(locale))).messages;
  }

  #refusals(): [string, Render][] {
    return Object.entries(REFUSALS).map(([code, { status }]) => [
      `refusal/${code}`,
      ({ tenant, locale }) =>
        this.#pages.refusal(
          {
            // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.entries loses the type of the keys.
            code: code as RefusalCode,
            reference: 'PREVI-EWXYZ',
            tenant,
            retryAfter: status === 429 || status === 503 ? RETRY_AFTER_SECONDS : undefined,
          },
          { url: `/?ui_locales=${locale}`, headers: {} },
        ),
    ]);
  }
}

function unsent(step: Step): Step {
  if (step instanceof EmailCodeStep) return new UnsentEmailCodeStep(step.id);
  return step instanceof SmsCodeStep ? new UnsentSmsCodeStep(step.id) : sampledStep(step);
}
