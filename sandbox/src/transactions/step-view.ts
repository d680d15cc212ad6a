import { html, type Html } from '../pages/html.js';
import { toJsonObject } from '../json.js';
import { actionView } from './action-view.js';
import { factorAnswerView, factorView, formAnswerView, formView, samlView } from './pause-view.js';
import type { TransactionStep } from './transaction.js';
import { jsonBlock, more, pairs, tokenView } from './value-view.js';

/** A step as the timeline shows it. */
export interface StepView {
  /** The colour of the mark; the title says the same in words. */
  readonly tone: 'plain' | 'good' | 'bad' | 'warn' | 'out' | 'in';
  readonly title: string;
  readonly body: Html;
}

/** How each kind of step looks. */
export function stepView(step: TransactionStep): StepView {
  switch (step.kind) {
    case 'authorize':
      return { tone: 'plain', title: 'Authorize request', body: authorize(step) };
    case 'login':
      return {
        tone: 'plain',
        title: loginTitle(step.how),
        body: html`<p>${step.email} · <code>${step.userId}</code></p>`,
      };
    case 'action':
      return actionView(step);
    case 'redirect':
      return { tone: 'out', title: 'Redirected to another site', body: redirect(step) };
    case 'continue':
      return { tone: 'in', title: `Came back: ${step.method} /continue`, body: continued(step) };
    case 'factor':
      return factorView(step);
    case 'factor answer':
      return factorAnswerView(step);
    case 'form':
      return formView(step);
    case 'form answer':
      return formAnswerView(step);
    case 'user changed':
      return {
        tone: 'plain',
        title: 'The primary user changed',
        body: html`<p>${step.email} · <code>${step.userId}</code></p>`,
      };
    case 'saml':
      return samlView(step);
    case 'refusal':
      return { tone: 'bad', title: 'A request to /continue was refused', body: html`<p>${step.reason}</p>` };
    case 'warning':
      return { tone: 'warn', title: 'Warning', body: html`<p>${step.message}</p>` };
    case 'denied':
      return {
        tone: 'bad',
        title: step.title ?? 'The app gets an error',
        body: pairs({ error: step.error, error_description: step.description }),
      };
    case 'completed':
      return {
        tone: 'good',
        title: 'All Actions done',
        body: html`<p>${step.next ?? 'The tenant goes on to give the app a code for its tokens.'}</p>`,
      };
    case 'note':
      return { tone: step.tone, title: step.title, body: note(step) };
    case 'tokens':
      return { tone: 'good', title: 'The app got its tokens', body: tokens(step) };
    default:
      return step satisfies never;
  }
}

type StepOf<Kind extends TransactionStep['kind']> = Extract<TransactionStep, { kind: Kind }>;

function loginTitle(how: 'form' | 'session'): string {
  return how === 'form' ? 'Logged in on the login page' : 'Known from an earlier login (SSO)';
}

function authorize({ parameters }: StepOf<'authorize'>): Html {
  const { client_id, redirect_uri, scope, prompt, audience, ...rest } = parameters;
  // JSON drops what is absent.
  const shown = toJsonObject({ client_id, redirect_uri, scope, prompt, audience });
  return html`${pairs(shown)} ${more('All parameters', pairs({ ...shown, ...rest }))}`;
}

function note({ facts, link }: StepOf<'note'>): Html {
  return html`${Object.keys(facts).length > 0 ? pairs(facts) : ''}
  ${link ? html`<p><a href="${link.path}">${link.text}</a></p>` : ''}`;
}

function redirect({ url, state, tokens: found, at }: StepOf<'redirect'>): Html {
  const address = new URL(url);
  return html`<p><code class="address">${address.origin}${address.pathname}</code></p>
    <p class="hint">
      With ${[...address.searchParams.keys()].join(', ')}. The state is the tenant’s own:
      <code>${state.slice(0, 12)}…</code>
    </p>
    ${found.map((token) => tokenView(token, at))}
    ${more('Whole address', html`<p><code class="address">${url}</code></p>`)}`;
}

function continued({ query, body, tokens: found, at }: StepOf<'continue'>): Html {
  return html`${found.map((token) => tokenView(token, at))}
  ${found.length === 0 ? html`<p>No token came back.</p>` : ''} ${more('Query', pairs(query))}
  ${more('Body', pairs(body))}`;
}

function tokens({ scope, idToken, accessToken }: StepOf<'tokens'>): Html {
  return html`${scope ? pairs({ scope }) : ''}
    ${
      idToken
        ? html`<h3>id_token</h3>
            ${jsonBlock('Claims of the id_token', idToken)}`
        : ''
    }
    <h3>access_token</h3>
    ${
      accessToken === 'opaque'
        ? html`<p class="hint">Opaque: no API was asked for. Its claims are what /userinfo answers.</p>`
        : jsonBlock('Claims of the access_token', accessToken)
    }`;
}
