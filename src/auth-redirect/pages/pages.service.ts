import { STATUS_CODES } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import Negotiator from 'negotiator';
import { AUTH_REDIRECT_OPTIONS, type AuthRedirectOptions } from '../options/auth-redirect.options.js';
import { brandOf, type Brand } from '../tenants/brand.js';
import { REFUSALS, type RefusalCode } from '../errors.js';
import { chooseLocale } from '../locales/choose-locale.js';
import { Locales } from '../locales/locales.js';
import { Randomness } from '../randomness.js';
import type { StepView } from './step-view.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { Answer, HttpRequest } from '../http/answer.js';
import { PageTexts } from './page-texts.js';
import { dataHeaders, pageHeaders, REDIRECT_HEADERS, stepPageHeaders } from '../http/security-headers.js';
import { Stencil } from './stencil.js';
import { continueScript } from './views.generated.js';
import { Views, type LayoutModel } from './views.js';

/** What differs from one page to the next of the same tenant and language. */
const CONTINUE_VALUES = ['nonce', 'action', 'state', 'sessionToken'] as const;
const REFUSAL_VALUES = ['nonce', 'reference'] as const;

/** CSP asks for 128 bits of a nonce at least. */
const NONCE_BYTES = 16;

/** What the continue page posts, and where to. */
export interface ContinuePage {
  /** The tenant's /continue, from configuration. */
  readonly continueUrl: string;
  readonly state: string;
  /** The continue token. */
  readonly sessionToken: string;
  /** Language of the page (RFC 5646), one that there is. Default: `en`. */
  readonly locale?: string;
  /** Whether it posts by itself. A page that is gone back to does not: the state has been used. Default: true. */
  readonly isAutomatic?: boolean;
  /** Name of the tenant whose branding the page has. Default: the branding of the options. */
  readonly tenant?: string;
}

/** A step that waits for its form. */
export interface StepPage {
  readonly view: StepView;
  readonly tenant: string;
  readonly locale: string;
  /** Where the form goes. */
  readonly action: string;
  readonly position: number;
  readonly total: number;
  /** Whole minutes until the session token expires. */
  readonly minutesLeft: number;
  readonly values: Readonly<Record<string, unknown>>;
  /** What is wrong, by field; under the empty name what is wrong with the whole. */
  readonly messages: Readonly<Record<string, string>>;
}

/** What differs from tenant to tenant. */
interface Look {
  readonly brand: Brand;
  readonly signInUrl: string | null;
  readonly stylesheet: string;
  readonly stepStylesheet: string;
  readonly continuePages: Map<string, Stencil<(typeof CONTINUE_VALUES)[number]>>;
  readonly refusalPages: Map<string, Stencil<(typeof REFUSAL_VALUES)[number]>>;
}

/** Why a request is refused, and by what id its line in the log is found. */
export interface RefusalPage {
  readonly code: RefusalCode;
  readonly reference: string;
  /** Name of the tenant, where it is known. */
  readonly tenant?: string | undefined;
  /** Seconds until trying again makes sense, where that is known. */
  readonly retryAfter?: number | undefined;
}

/**
 * Everything that a person gets to see, as complete answers with their headers.
 *
 * @publicApi
 */
@Injectable()
export class PagesService {
  readonly #texts: PageTexts;
  readonly #looks = new Map<string | undefined, Look>();

  constructor(
    private readonly randomness: Randomness,
    private readonly views: Views,
    private readonly locales: Locales,
    private readonly tenants: TenantsService,
    @Inject(AUTH_REDIRECT_OPTIONS) private readonly options: AuthRedirectOptions,
  ) {
    this.#texts = new PageTexts(locales);
  }

  /** The page whose form posts state and continue token to the tenant: by itself, or by its button. */
  continuePage({ continueUrl, state, sessionToken, locale = 'en', isAutomatic = true, tenant }: ContinuePage): Answer {
    const nonce = this.#nonce();
    const look = this.#lookOf(tenant);
    const stencil = this.#kept(look.continuePages, locale, `${locale} ${isAutomatic}`, () => {
      const page = {
        ...this.#layout(look, locale),
        ...this.#texts.ofContinuePage(locale, isAutomatic),
        script: isAutomatic ? continueScript : null,
      };
      return new Stencil(CONTINUE_VALUES, (values) => this.views.render('continue', { ...page, ...values }));
    });
    const action = `${continueUrl}?state=${encodeURIComponent(state)}`;
    const body = stencil.filled({ nonce, action, state, sessionToken });
    return { status: 200, headers: pageHeaders(nonce, look.brand.imageSource), body };
  }

  /** The page of a step: its view, and around it progress, what is wrong, cancel and the deadline. */
  stepPage({ view, tenant, locale, action, position, total, minutesLeft, values, messages }: StepPage): Answer {
    const nonce = this.#nonce();
    const look = this.#lookOf(tenant);
    const t = this.locales.translate(locale);
    const problems = Object.entries(messages).map(([field, message]) => ({
      field,
      label: view.labels?.[field] ?? '',
      message,
    }));
    const body = this.views.render(`steps/${view.template}`, {
      ...view.model,
      ...this.#layout(look, locale),
      ...this.#texts.ofStepPage(locale),
      stylesheet: look.stepStylesheet,
      nonce,
      title: view.title,
      actions: view.actions ?? [],
      submitLabel: view.submitLabel ?? t('step.submit'),
      progress: total > 1 ? t('step.progress', { position, total }) : null,
      deadline: t('step.deadline', { count: minutesLeft }),
      problems,
      firstProblem: problems.find(({ field }) => field !== '')?.field ?? null,
      action,
      values,
      messages,
    });
    return {
      status: problems.length > 0 ? 422 : 200,
      headers: stepPageHeaders(nonce, look.brand.imageSource),
      body,
    };
  }

  /** To another address of the service, or to the site that a step hands off to, by GET (RFC 9110 section 15.4.4). */
  seeOther(location: string): Answer {
    return { status: 303, headers: { ...REDIRECT_HEADERS, Location: location }, body: '' };
  }

  /** A page, or `application/problem+json` (RFC 9457) for a client that prefers JSON. */
  refusal(refusal: RefusalPage, request: Pick<HttpRequest, 'url' | 'headers'>): Answer {
    const { status, headers, body } = prefersJson(request)
      ? this.#problem(refusal)
      : this.#refusalPage(refusal, chooseLocale(this.locales, { request }));
    return { status, headers: { ...headers, ...extraHeadersOf(refusal), Vary: 'Accept, Accept-Language' }, body };
  }

  #refusalPage({ code, reference, tenant }: RefusalPage, locale: string): Answer {
    const { status, cause } = REFUSALS[code];
    const look = this.#lookOf(tenant);
    const nonce = this.#nonce();
    const stencil = this.#kept(look.refusalPages, locale, `${locale} ${cause}`, () => {
      const { signInUrl } = look;
      const texts = this.#texts.ofRefusal(locale, cause, signInUrl !== null);
      const page = { ...this.#layout(look, locale), ...texts, signInUrl };
      return new Stencil(REFUSAL_VALUES, (values) => this.views.render('error', { ...page, ...values }));
    });
    const body = stencil.filled({ nonce, reference });
    return { status, headers: pageHeaders(nonce, look.brand.imageSource), body };
  }

  #problem({ code, reference }: RefusalPage): Answer {
    const { status, cause } = REFUSALS[code];
    const problem = {
      type: 'about:blank',
      title: STATUS_CODES[status],
      status,
      detail: this.#texts.ofRefusal('en', cause, false).text,
      code,
      reference,
    };
    return { status, headers: dataHeaders('application/problem+json'), body: JSON.stringify(problem) };
  }

  #layout({ brand, stylesheet }: Look, locale: string): Omit<LayoutModel, 'nonce'> {
    const { name, logo, privacyUrl, supportUrl } = brand;
    return {
      lang: locale,
      dir: this.locales.direction(locale),
      stylesheet,
      brand: name ?? '',
      logo,
      privacyUrl,
      supportUrl,
      ...this.#texts.ofFooter(locale),
    };
  }

  /** The tenant's, where there is one of that name. */
  #lookOf(name: string | undefined): Look {
    const tenant = this.tenants.byName(name);
    const known = this.#looks.get(tenant?.name);
    if (known) return known;
    const brand = tenant?.brand ?? brandOf(this.options.branding);
    const signInUrl = tenant?.signInUrl ?? this.options.signInUrl ?? null;
    const { stylesheet, stepStylesheet } = this.views.styles;
    const look = {
      brand,
      signInUrl,
      stylesheet: stylesheet + brand.css,
      stepStylesheet: stylesheet + stepStylesheet + brand.css,
      continuePages: new Map(),
      refusalPages: new Map(),
    };
    this.#looks.set(tenant?.name, look);
    return look;
  }

  /** A language that there is not, as a host may name it, is not kept: this does not grow with requests. */
  #kept<Page>(pages: Map<string, Page>, locale: string, key: string, make: () => Page): Page {
    const page = pages.get(key) ?? make();
    if (this.locales.tags.includes(locale)) pages.set(key, page);
    return page;
  }

  #nonce(): string {
    return this.randomness.bytes(NONCE_BYTES).toString('base64url');
  }
}

function prefersJson(request: Pick<HttpRequest, 'headers'>): boolean {
  const { accept } = request.headers;
  // What browsers say need not be weighed.
  if (accept === undefined || (/^text\/html\s*(?:,|$)/i.test(String(accept)) && !/json/i.test(String(accept))))
    return false;
  const offered = ['text/html', 'application/problem+json', 'application/json'];
  return (new Negotiator(request).mediaType(offered) ?? 'text/html') !== 'text/html';
}

/** RFC 9110 section 15.5.6: a 405 names what is allowed; section 10.2.3: how long to wait. */
function extraHeadersOf({ code, retryAfter }: RefusalPage): Readonly<Record<string, string>> {
  if (code === 'method_not_allowed') return { Allow: 'GET, HEAD' };
  if (code === 'step_method_not_allowed') return { Allow: 'GET, HEAD, POST' };
  return retryAfter === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfter)) };
}
