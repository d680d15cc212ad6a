import { Inject, Injectable } from '@nestjs/common';
import { AuthRedirectError } from '../errors.js';
import type { Answer } from '../http/answer.js';
import { chooseLocale } from '../locales/choose-locale.js';
import { Locales } from '../locales/locales.js';
import { AUTH_REDIRECT_OPTIONS, type AuthRedirectOptions } from '../options/auth-redirect.options.js';
import { PagesService } from '../pages/pages.service.js';
import { RequestsService } from '../requests/requests.service.js';
import { loginIdOf, returnPath } from './step-address.js';
import { readForm, type FormRequest, type FormValues } from './step-form.js';
import { StepRegistry } from './step-registry.js';
import { StepSessionsService } from './step-sessions.service.js';

const FIELDS_MAX = 50;

/** Marks the second post: if it has no cookie either, the browser gets a refusal, not the page again. */
const MARK = '_returned';

/**
 * Another site's form lacks the step session's cookie, which is SameSite=Lax (RFC 6265bis section 5.2). Therefore, the first answer is a
 * page that posts the same fields again, from this site. The fields are neither stored nor logged.
 */
@Injectable()
export class PostedReturnsService {
  constructor(
    private readonly registry: StepRegistry,
    private readonly sessions: StepSessionsService,
    private readonly pages: PagesService,
    private readonly locales: Locales,
    private readonly requests: RequestsService,
    @Inject(AUTH_REDIRECT_OPTIONS) private readonly options: AuthRedirectOptions,
  ) {}

  isExpected(step: string): boolean {
    return this.registry.byId(step)?.returnMethod === 'POST';
  }

  /** Another site's form has no cookie of the login. */
  isFirst(request: FormRequest): boolean {
    return request.method === 'POST' && !this.sessions.isCarriedBy(request);
  }

  async answer(request: FormRequest, step: string): Promise<Answer> {
    const handling = this.requests.begin(request);
    try {
      return await this.#page(request, step);
    } catch (error) {
      return handling.refused(error);
    }
  }

  /** @throws AuthRedirectError with the codes of {@link readForm} */
  async read(request: FormRequest): Promise<FormValues> {
    const { [MARK]: _mark, ...values } = await readForm(request);
    return values;
  }

  async #page(request: FormRequest, step: string): Promise<Answer> {
    const loginId = loginIdOf(request);
    const values = await readForm(request);
    if (loginId === undefined || values[MARK] !== undefined) throw new AuthRedirectError('step_session_missing');
    const sent = Object.entries(values).flatMap(([name, value]) =>
      [value].flat().map((each) => ({ name, value: each })),
    );
    if (sent.length > FIELDS_MAX) throw new AuthRedirectError('form_not_valid');
    const fields = [...sent, { name: MARK, value: 'yes' }];
    const action = returnPath(step, loginId, request, this.options.publicUrl);
    return this.pages.returnPage({ action, fields, locale: chooseLocale(this.locales, { request }) });
  }
}
