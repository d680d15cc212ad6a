import { html, type Html } from '../pages/html.js';
import { toJsonObject } from '../json.js';
import { actionView } from './action-view.js';
import { duration } from './duration.js';
import { issuedTokensView } from './issued-tokens-view.js';
import { factorAnswerView, factorView, formAnswerView, formView, samlView } from './pause-view.js';
import { tokenChangesOf } from './token-changes.js';
import type { LoginMeans, TransactionStep } from './transaction.js';
import type { StepOf, StepView } from './view.js';
import { more, pairs, tokenView } from './value-view.js';

export function stepView(step: TransactionStep, steps: readonly TransactionStep[]): StepView {
  switch (step.kind) {
    case 'authorize':
      return { tone: 'plain', title: 'Authorize request', body: authorize(step) };
    case 'token request':
      return { tone: 'plain', title: `Token request (${step.grantType})`, body: pairs(step.parameters) };
    case 'login':
      return {
        tone: 'plain',
        title: LOGIN_TITLES[step.how],
        body: html`<p>${step.email} · <code>${step.userId}</code></p>`,
      };
    case 'action':
      return actionView(step);
    case 'redirect':
      return { tone: 'out', title: 'Redirected to another site', body: redirect(step) };
    case 'continue':
      return {
        tone: 'in',
        title: `Came back: ${step.method} /continue`,
        body: continued(step, awayBefore(step, steps)),
      };
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
        body: html`<p>${step.next ?? 'The tenant now sends the app its tokens, or a code for them.'}</p>`,
      };
    case 'note':
      return { tone: step.tone, title: step.title, body: note(step) };
    case 'tokens':
      return { tone: 'good', title: 'The app got its tokens', body: issuedTokensView(step, tokenChangesOf(steps)) };
    default:
      return step satisfies never;
  }
}

const LOGIN_TITLES: Readonly<Record<LoginMeans, string>> = {
  form: 'Logged in on the login page',
  session: 'Known from an earlier login (SSO)',
  'refresh token': 'Known by the refresh token',
  'subject token': 'Known by the subject token',
  password: 'Known by the password in the request',
};

function authorize({ parameters }: StepOf<'authorize'>): Html {
  const { client_id, redirect_uri, scope, prompt, audience, ...rest } = parameters;
  // JSON omits undefined members.
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

/** Milliseconds at the other site. */
function awayBefore(step: StepOf<'continue'>, steps: readonly TransactionStep[]): number | undefined {
  const left = steps.slice(0, steps.indexOf(step)).findLast(({ kind }) => kind === 'redirect');
  return left && step.offsetMs - left.offsetMs;
}

function continued({ query, body, tokens: found, at }: StepOf<'continue'>, awayMs: number | undefined): Html {
  return html`${awayMs === undefined ? '' : html`<p class="away">The user was away for ${duration(awayMs)}.</p>`}
  ${found.map((token) => tokenView(token, at))} ${found.length === 0 ? html`<p>No token came back.</p>` : ''}
  ${more('Query', pairs(query))} ${more('Body', pairs(body))}`;
}
