import { STATUS_CODES } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import Negotiator from 'negotiator';
import { AUTH_REDIRECT_OPTIONS, type AuthRedirectOptions } from '../auth-redirect.options.js';
import { REFUSALS, type RefusalCode } from '../errors.js';
import { Randomness } from '../randomness.js';
import type { Answer, HttpRequest } from './answer.js';
import type { StepView } from '../steps/step.js';
import {
  CONTINUE_TEXT,
  deadlineText,
  LANGUAGE,
  progressText,
  REFERENCE_LABEL,
  REFUSAL_BUTTON,
  REFUSAL_TEXTS,
  STEP_TEXT,
} from './messages.js';
import { dataHeaders, pageHeaders, REDIRECT_HEADERS, stepPageHeaders } from './security-headers.js';
import { continueScript } from './views.generated.js';
import { Views } from './views.js';

/** CSP asks for 128 bits of a nonce at least. */
const NONCE_BYTES = 16;

/** What the continue page posts, and where to. */
export interface ContinuePage {
  /** The tenant's /continue, from configuration. */
  readonly continueUrl: string;
  readonly state: string;
  /** The continue token. */
  readonly sessionToken: string;
}

/** A step that waits for its form. */
export interface StepPage {
  readonly view: StepView;
  /** Where the form goes. */
  readonly action: string;
  readonly position: number;
  readonly total: number;
  /** Whole minutes until the session token expires. */
  readonly minutesLeft: number;
  readonly values: Readonly<Record<string, unknown>>;
  readonly messages: Readonly<Record<string, string>>;
}

/** Why a request is refused, and by what id its line in the log is found. */
export interface RefusalPage {
  readonly code: RefusalCode;
  readonly reference: string;
}

/**
 * Everything that a person gets to see, as complete answers with their headers.
 *
 * @publicApi
 */
@Injectable()
export class PagesService {
  constructor(
    private readonly randomness: Randomness,
    private readonly views: Views,
    @Inject(AUTH_REDIRECT_OPTIONS) private readonly options: AuthRedirectOptions,
  ) {}

  /** The page whose form posts state and continue token to the tenant: by itself, or by its button. */
  continuePage({ continueUrl, state, sessionToken }: ContinuePage): Answer {
    const nonce = this.#nonce();
    const body = this.views.render('continue', {
      ...CONTINUE_TEXT,
      lang: LANGUAGE,
      nonce,
      stylesheet: this.views.stylesheet,
      script: continueScript,
      action: `${continueUrl}?state=${encodeURIComponent(state)}`,
      state,
      sessionToken,
    });
    return { status: 200, headers: pageHeaders(nonce), body };
  }

  /** The page of a step: its view, and around it progress, what is wrong, cancel and the deadline. */
  stepPage({ view, action, position, total, minutesLeft, values, messages }: StepPage): Answer {
    const nonce = this.#nonce();
    const problems = Object.entries(messages).map(([field, message]) => ({ field, message }));
    const body = this.views.render(`steps/${view.template}`, {
      ...view.model,
      ...STEP_TEXT,
      lang: LANGUAGE,
      nonce,
      stylesheet: this.views.stylesheet,
      title: view.title,
      progress: total > 1 ? progressText(position, total) : null,
      deadline: deadlineText(minutesLeft),
      problems,
      action,
      values,
      messages,
    });
    return { status: problems.length > 0 ? 422 : 200, headers: stepPageHeaders(nonce), body };
  }

  /** To another address of the service, by GET (RFC 9110 section 15.4.4). */
  seeOther(location: string): Answer {
    return { status: 303, headers: { ...REDIRECT_HEADERS, Location: location }, body: '' };
  }

  /** A page, or `application/problem+json` (RFC 9457) for a client that prefers JSON. */
  refusal(refusal: RefusalPage, request: Pick<HttpRequest, 'headers'>): Answer {
    const { status, headers, body } = prefersJson(request) ? this.#problem(refusal) : this.#refusalPage(refusal);
    return { status, headers: { ...headers, ...extraHeadersOf(refusal.code), Vary: 'Accept' }, body };
  }

  #refusalPage({ code, reference }: RefusalPage): Answer {
    const { status, cause } = REFUSALS[code];
    const { title, text, advice, adviceWithoutLink } = REFUSAL_TEXTS[cause];
    const signInUrl = this.options.signInUrl ?? null;
    const nonce = this.#nonce();
    const body = this.views.render('error', {
      lang: LANGUAGE,
      nonce,
      stylesheet: this.views.stylesheet,
      title,
      text,
      advice: signInUrl === null ? adviceWithoutLink : advice,
      signInUrl,
      button: REFUSAL_BUTTON,
      referenceLabel: REFERENCE_LABEL,
      reference,
    });
    return { status, headers: pageHeaders(nonce), body };
  }

  #problem({ code, reference }: RefusalPage): Answer {
    const { status, cause } = REFUSALS[code];
    const problem = {
      type: 'about:blank',
      title: STATUS_CODES[status],
      status,
      detail: REFUSAL_TEXTS[cause].text,
      code,
      reference,
    };
    return { status, headers: dataHeaders('application/problem+json'), body: JSON.stringify(problem) };
  }

  #nonce(): string {
    return this.randomness.bytes(NONCE_BYTES).toString('base64url');
  }
}

function prefersJson(request: Pick<HttpRequest, 'headers'>): boolean {
  if (request.headers.accept === undefined) return false;
  const offered = ['text/html', 'application/problem+json', 'application/json'];
  return (new Negotiator(request).mediaType(offered) ?? 'text/html') !== 'text/html';
}

/** RFC 9110 section 15.5.6: a 405 names what is allowed. */
function extraHeadersOf(code: RefusalCode): Readonly<Record<string, string>> {
  if (code === 'method_not_allowed') return { Allow: 'GET, HEAD' };
  return code === 'step_method_not_allowed' ? { Allow: 'GET, HEAD, POST' } : {};
}
