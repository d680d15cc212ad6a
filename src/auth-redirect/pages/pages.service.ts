import { STATUS_CODES } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import Negotiator from 'negotiator';
import { AUTH_REDIRECT_OPTIONS, type AuthRedirectOptions } from '../options/auth-redirect.options.js';
import { brandOf, type Brand } from '../tenants/brand.js';
import { REFUSALS, type RefusalCause, type RefusalCode } from '../errors.js';
import { chooseLocale } from '../locales/choose-locale.js';
import { DEFAULT_LOCALE, Locales, type Translate } from '../locales/locales.js';
import { Randomness } from '../randomness.js';
import type { StepView } from './step-view.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { Answer, HttpRequest } from '../http/answer.js';
import { dataHeaders, pageHeaders, stepPageHeaders } from '../http/security-headers.js';
import { Stencil } from './stencil.js';
import { continueScript } from './views.generated.js';
import { Views } from './views.js';

const CONTINUE_VALUES = ['nonce', 'action', 'state', 'sessionToken'] as const;
const REFUSAL_VALUES = ['nonce', 'reference', 'advice'] as const;

const CONTINUE_TEXTS = {
  automatic: { title: 'continue.title', text: 'continue.text' },
  manual: { title: 'continue.manualTitle', text: 'continue.manual' },
  sent: { title: 'continue.manualTitle', text: 'continue.sent' },
} as const;

/** Name of the button that skips an optional step. No form field may have this name. */
export const SKIP_FIELD = '_skip';

/** CSP requires nonces of at least 128 bits. */
const NONCE_BYTES = 16;

/** A longer `Accept` header is ignored. */
const ACCEPT_MAX_LENGTH = 500;

/** Contains the values of a continue page. */
export interface ContinuePage {
  /** The tenant's continue URL, from the configuration. */
  readonly continueUrl: string;
  readonly state: string;
  /** The continue token. */
  readonly sessionToken: string;
  /** Available language (RFC 5646). Default: `en`. */
  readonly locale?: string;
  /**
   * Whether the page may submit its form automatically, unless `continuePage` prevents it. False if the page was posted before: its state
   * is used. Default: true.
   */
  readonly isAutomatic?: boolean;
  /** Tenant whose branding applies. Default: the branding of the options. */
  readonly tenant?: string;
}

/** Contains the values of a step's page. */
export interface StepPage {
  readonly view: StepView;
  readonly tenant: string;
  readonly locale: string;
  /** URL that the form posts to. */
  readonly action: string;
  readonly position: number;
  readonly total: number;
  /** Whether the page has the button “Skip”. Default: false. */
  readonly isOptional?: boolean;
  /** Whole minutes until the session token expires. */
  readonly minutesLeft: number;
  /** Maximum seconds until the page refreshes itself. Default: no limit. */
  readonly refreshMax?: number;
  readonly values: Readonly<Record<string, unknown>>;
  /** Problems by field name. The empty name is for the whole form. */
  readonly messages: Readonly<Record<string, string>>;
}

/** Contains the values of the page between another site's form and the step. */
export interface ReturnPage {
  /** Path and query that the form posts to. */
  readonly action: string;
  /** Fields in order. A repeated field has several entries. */
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  readonly locale: string;
}

/** Contains the values of a refusal's page. */
export interface RefusalPage {
  readonly code: RefusalCode;
  /** Id of the request's log line. */
  readonly reference: string;
  /** Name of the tenant, if known. */
  readonly tenant?: string | undefined;
  /** Seconds after which a retry makes sense, if known. */
  readonly retryAfter?: number | undefined;
}

/**
 * Contains the parts of a mail.
 *
 * @publicApi
 */
export interface MailParts {
  readonly html: string;
  readonly text: string;
}

/** Contains the values of a mail. */
export interface MailContent {
  /** Name of the views `mails/<name>.html` and `mails/<name>.text`. */
  readonly name: string;
  readonly tenant: string;
  readonly locale: string;
  /** Variables of both views. */
  readonly model: Readonly<Record<string, unknown>>;
}

interface TenantPages {
  readonly brand: Brand;
  readonly signInUrl: string | null;
  readonly tokenParameter: string;
  readonly stylesheet: string;
  readonly stepStylesheet: string;
  readonly continuePages: Map<string, Stencil<(typeof CONTINUE_VALUES)[number]>>;
  readonly refusalPages: Map<string, Stencil<(typeof REFUSAL_VALUES)[number]>>;
}

/**
 * Renders every page as a complete answer with headers.
 *
 * @publicApi
 */
@Injectable()
export class PagesService {
  readonly #tenantPages = new Map<string | undefined, TenantPages>();

  constructor(
    private readonly randomness: Randomness,
    private readonly views: Views,
    private readonly locales: Locales,
    private readonly tenants: TenantsService,
    @Inject(AUTH_REDIRECT_OPTIONS) private readonly options: AuthRedirectOptions,
  ) {}

  /** Returns the page that posts state and continue token to the tenant, automatically or with its button. */
  continuePage({ continueUrl, state, sessionToken, locale = 'en', isAutomatic = true, tenant }: ContinuePage): Answer {
    const nonce = this.#nonce();
    const pages = this.#tenantPagesOf(tenant);
    const mode = isAutomatic ? (this.options.continuePage ?? 'automatic') : 'sent';
    const stencil = this.#kept(pages.continuePages, locale, `${locale} ${mode}`, () => {
      const t = this.locales.translate(locale);
      const page = {
        ...this.#layout(pages, locale),
        title: t(CONTINUE_TEXTS[mode].title),
        text: t(CONTINUE_TEXTS[mode].text),
        late: t('continue.late'),
        button: t('continue.button'),
        tokenParameter: pages.tokenParameter,
        isAutomatic: mode === 'automatic',
        script: continueScript,
      };
      return new Stencil(CONTINUE_VALUES, (values) => this.views.render('continue', { ...page, ...values }));
    });
    const action = `${continueUrl}?state=${encodeURIComponent(state)}`;
    const body = stencil.filled({ nonce, action, state, sessionToken });
    return this.#answer(200, pageHeaders(nonce, pages.brand.imageSource), body);
  }

  /** Returns a step's page, with progress, problems, cancel button and deadline. */
  stepPage(page: StepPage): Answer {
    const { view, tenant, locale, action, position, total, isOptional, minutesLeft, values, messages } = page;
    const nonce = this.#nonce();
    const pages = this.#tenantPagesOf(tenant);
    const t = this.locales.translate(locale);
    const problems = Object.entries(messages).map(([field, message]) => ({
      field,
      label: view.labels?.[field] ?? '',
      message,
    }));
    const body = this.views.render(`steps/${view.template}`, {
      ...view.model,
      ...this.#layout(pages, locale),
      stylesheet: pages.stepStylesheet,
      nonce,
      title: view.title,
      actions: [...(view.actions ?? []), ...(isOptional ? [{ name: SKIP_FIELD, label: t('step.skip') }] : [])].map(
        (each) => ({ value: 'yes', ...each }),
      ),
      submitLabel: view.submitLabel ?? t('step.submit'),
      cancelLabel: t('step.cancel'),
      cancelTitle: t('step.cancelTitle'),
      cancelText: t('step.cancelText'),
      cancelConfirm: t('step.cancelConfirm'),
      cancelBack: t('step.cancelBack'),
      progress: total > 1 ? t('step.progress', { position, total }) : null,
      deadline: t('step.deadline', { count: minutesLeft }),
      problems,
      problemsTitle: t('step.problems'),
      firstProblem: problems.find(({ field }) => field !== '')?.field ?? null,
      action,
      values,
      messages,
    });
    const headers = { ...stepPageHeaders(nonce, pages.brand.imageSource), ...refreshHeader(page) };
    return this.#answer(problems.length > 0 ? 422 : 200, headers, body);
  }

  /** Returns the page that posts another site's form again, from this site. It contains no login data. */
  returnPage({ action, fields, locale }: ReturnPage): Answer {
    const nonce = this.#nonce();
    const pages = this.#tenantPagesOf(undefined);
    const t = this.locales.translate(locale);
    const body = this.views.render('return', {
      ...this.#layout(pages, locale),
      nonce,
      title: t('continue.title'),
      text: t('continue.text'),
      button: t('continue.button'),
      script: continueScript,
      action,
      fields,
    });
    return this.#answer(200, stepPageHeaders(nonce, pages.brand.imageSource), body);
  }

  /** Renders the views of a mail in a language, with the tenant's branding. */
  mail({ name, tenant, locale, model }: MailContent): MailParts {
    const { brand } = this.#tenantPagesOf(tenant);
    const dir = this.locales.direction(locale);
    const values = { ...model, lang: locale, dir, brand: brand.name ?? '', color: brand.color ?? '' };
    return {
      html: this.views.render(`mails/${name}.html`, values),
      text: this.views.render(`mails/${name}.text`, values),
    };
  }

  /** Returns a 303 redirect (RFC 9110 section 15.4.4), to a page of the service or another site. */
  seeOther(location: string): Answer {
    return this.#answer(303, { ...dataHeaders('text/plain; charset=utf-8'), Location: location }, '');
  }

  /** Returns an empty answer to another server. */
  success(): Answer {
    return this.#answer(200, dataHeaders('text/plain; charset=utf-8'), '');
  }

  /** Returns a page, or `application/problem+json` (RFC 9457) for a client that prefers JSON. */
  refusal(refusal: RefusalPage, request: Pick<HttpRequest, 'url' | 'headers'>): Answer {
    const { status, headers, body } = prefersJson(request)
      ? this.#problem(refusal)
      : this.#refusalPage(refusal, chooseLocale(this.locales, { request }));
    return { status, headers: { ...headers, ...extraHeadersOf(refusal), Vary: 'Accept, Accept-Language' }, body };
  }

  #refusalPage({ code, reference, tenant, retryAfter }: RefusalPage, locale: string): Answer {
    const { status, cause } = REFUSALS[code];
    const pages = this.#tenantPagesOf(tenant);
    const { signInUrl } = pages;
    const nonce = this.#nonce();
    const t = this.locales.translate(locale);
    const stencil = this.#kept(pages.refusalPages, locale, `${locale} ${cause}`, () => {
      const page = { ...this.#layout(pages, locale), ...refusalTexts(cause, t), signInUrl };
      return new Stencil(REFUSAL_VALUES, (values) => this.views.render('error', { ...page, ...values }));
    });
    const advice = adviceOf(cause, retryAfter, signInUrl !== null, t);
    const body = stencil.filled({ nonce, reference, advice });
    return this.#answer(status, pageHeaders(nonce, pages.brand.imageSource), body);
  }

  #problem({ code, reference }: RefusalPage): Answer {
    const { status, cause } = REFUSALS[code];
    const detail = this.locales.translate(DEFAULT_LOCALE)(`refusal.${cause}.text`);
    const problem = { type: 'about:blank', title: STATUS_CODES[status], status, detail, code, reference };
    return this.#answer(status, dataHeaders('application/problem+json'), JSON.stringify(problem));
  }

  #answer(status: number, headers: Answer['headers'], body: string): Answer {
    if (this.options.strictTransportSecurity !== false) return { status, headers, body };
    const { 'Strict-Transport-Security': _hsts, ...others } = headers;
    return { status, headers: others, body };
  }

  #layout({ brand, stylesheet }: TenantPages, locale: string) {
    const { name, logo, privacyUrl, supportUrl } = brand;
    const t = this.locales.translate(locale);
    return {
      lang: locale,
      dir: this.locales.direction(locale),
      stylesheet,
      brand: name ?? '',
      logo,
      privacyUrl,
      privacyLabel: t('footer.privacy'),
      supportUrl,
      supportLabel: t('footer.support'),
    };
  }

  #tenantPagesOf(name: string | undefined): TenantPages {
    const tenant = this.tenants.byName(name);
    const known = this.#tenantPages.get(tenant?.name);
    if (known) return known;
    const brand = tenant?.brand ?? brandOf(this.options.branding);
    const { stylesheet, stepStylesheet } = this.views.styles;
    const pages = {
      brand,
      tokenParameter: tenant?.continueTokenParameter ?? this.options.continueTokenParameter ?? 'session_token',
      signInUrl: tenant?.signInUrl ?? this.options.signInUrl ?? null,
      stylesheet: stylesheet + brand.css,
      stepStylesheet: stylesheet + stepStylesheet + brand.css,
      continuePages: new Map(),
      refusalPages: new Map(),
    };
    this.#tenantPages.set(tenant?.name, pages);
    return pages;
  }

  /** Caches only pages of available languages, so that the map does not grow with requests. */
  #kept<Page>(pages: Map<string, Page>, locale: string, key: string, make: () => Page): Page {
    const page = pages.get(key) ?? make();
    if (this.locales.tags.includes(locale)) pages.set(key, page);
    return page;
  }

  #nonce(): string {
    return this.randomness.bytes(NONCE_BYTES).toString('base64url');
  }
}

/** Unlike a `meta` element, the header works with any template (HTML standard, "shared declarative refresh steps"). */
function refreshHeader({ view, action, refreshMax = Infinity }: StepPage): { readonly Refresh?: string } {
  if (view.refresh === undefined) return {};
  return { Refresh: `${Math.max(1, Math.ceil(Math.min(view.refresh, refreshMax)))}; url=${action}` };
}

function refusalTexts(cause: RefusalCause, t: Translate) {
  return {
    title: t(`refusal.${cause}.title`),
    text: t(`refusal.${cause}.text`),
    button: t('refusal.button'),
    referenceLabel: t('refusal.reference'),
  };
}

/** @param hasLink Whether the page links to the sign-in. */
function adviceOf(cause: RefusalCause, retryAfter: number | undefined, hasLink: boolean, t: Translate): string {
  const advice = t(hasLink ? 'refusal.advice' : 'refusal.adviceWithoutLink');
  if (retryAfter !== undefined) return `${t('refusal.waitSeconds', { count: Math.ceil(retryAfter) })} ${advice}`;
  return cause === 'unavailable' || cause === 'too_many_requests' ? `${t('refusal.wait')} ${advice}` : advice;
}

function prefersJson({ headers }: Pick<HttpRequest, 'headers'>): boolean {
  const { accept } = headers;
  // Browsers send about 150 characters. Parsing time grows faster than length.
  if (accept === undefined || String(accept).length > ACCEPT_MAX_LENGTH) return false;
  const offered = ['text/html', 'application/problem+json', 'application/json'];
  return (new Negotiator({ headers }).mediaType(offered) ?? 'text/html') !== 'text/html';
}

/**
 * RFC 9110: a 405 names the allowed methods (section 15.5.6), a 408 closes the connection (15.5.9), others contain the time to wait
 * (10.2.3).
 */
function extraHeadersOf({ code, retryAfter }: RefusalPage): Readonly<Record<string, string>> {
  if (code === 'method_not_allowed') return { Allow: 'GET, HEAD' };
  if (code === 'step_method_not_allowed') return { Allow: 'GET, HEAD, POST' };
  if (code === 'request_timeout') return { Connection: 'close' };
  return retryAfter === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfter)) };
}
