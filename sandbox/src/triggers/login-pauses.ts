import { FACTORS, factorTypes } from '../execution/factors.js';
import { isJsonObject, textOf, type Json, type JsonObject } from '../json.js';
import type { ContinueStates } from '../redirect/continue-states.js';
import { parseRedirectTarget, redirectUrl } from '../redirect/redirect-url.js';
import type { FactorPause, FormPause, LoginPause, RedirectPause, TenantPage } from '../logins/login-pause.js';
import type { ActionsOutcome, LoginTransaction } from '../logins/login-transaction.js';
import type { TenantDefinition } from '../definition/tenant-definition.js';
import type { SandboxUser } from '../directory/user.js';
import { tokensIn } from '../transactions/token-view.js';
import type { CallEntry, TransactionStatus } from '../transactions/transaction.js';
import { factorOfProvider, planFactors, proofBefore, type FactorFacts } from './factor-plan.js';
import { refuse, warn, type EndParts } from './login-end.js';
import { WARNINGS } from './login-warnings.js';
import { lastCall } from './post-login-effects.js';

export interface PauseParts extends EndParts {
  readonly definition: TenantDefinition;
  /** For redirects to other sites. */
  readonly states: ContinueStates;
  /** For the tenant's own pages. `/continue` does not accept these states. */
  readonly pageStates: ContinueStates;
  readonly addressOf: (url: string) => string;
}

/** Factors come first, then a redirect or a form. */
export class LoginPauses {
  constructor(private readonly parts: PauseParts) {}

  add({ pauses, record }: LoginTransaction, calls: readonly CallEntry[]): void {
    pauses.push(...calls.flatMap((call) => factorPause(call) ?? []));
    const redirect = lastCall(calls, 'api.redirect.sendUserTo');
    const form = lastCall(calls, 'api.prompt.render');
    if (redirect) pauses.push({ kind: 'redirect', args: redirect.args });
    else if (form) pauses.push(formPause(form));
    if (redirect && form) warn(this.parts, record, WARNINGS.redirectAndForm);
  }

  /** Adds the pause of `api.multifactor.enable`, unless the user has completed a factor since. */
  addDeferred(transaction: LoginTransaction, user: SandboxUser, isRemembered: boolean): void {
    const { multifactor, completedFactors, pauses, record } = transaction;
    delete transaction.multifactor;
    if (!multifactor || multifactor.provider === 'none' || completedFactors.size > 0) return;
    const { provider, allowRememberBrowser } = multifactor;
    const pause = factorOfProvider(provider, allowRememberBrowser, this.factsOf(transaction, user));
    if (allowRememberBrowser && isRemembered) {
      const note = 'The browser is remembered, so the user is not asked.';
      this.parts.log.add(record, { kind: 'factor', mode: pause.mode, offered: [], ignored: [], note });
    } else pauses.push(pause);
  }

  /** @returns Undefined if no pause is left. */
  next(transaction: LoginTransaction, user: SandboxUser, index: number): ActionsOutcome | undefined {
    for (let pause = transaction.pauses.shift(); pause; pause = transaction.pauses.shift()) {
      const outcome = this.begin(pause, transaction, user);
      if (!outcome) continue;
      transaction.pausedAt = index;
      return outcome;
    }
    return undefined;
  }

  private begin(pause: LoginPause, transaction: LoginTransaction, user: SandboxUser): ActionsOutcome | undefined {
    switch (pause.kind) {
      case 'factor':
        return this.askForFactor(pause, transaction, user);
      case 'form': {
        const fields = this.parts.masker.json(pause.fields);
        if (!transaction.canRedirect) return this.refuseSilent(transaction, SILENT.form);
        this.parts.log.add(transaction.record, { kind: 'form', id: pause.id, fields, vars: Object.keys(pause.vars) });
        return this.showPage(pause, transaction, '/u/form');
      }
      case 'redirect':
        return transaction.canRedirect
          ? this.redirect(pause, transaction)
          : this.refuseSilent(transaction, SILENT.redirect);
      default:
        return pause satisfies never;
    }
  }

  private askForFactor(
    pause: FactorPause,
    transaction: LoginTransaction,
    user: SandboxUser,
  ): ActionsOutcome | undefined {
    const facts = this.factsOf(transaction, user);
    const proof = proofBefore(pause, facts);
    if (proof) {
      transaction.pauses.unshift(pause);
      return this.askForFactor(proof, transaction, user);
    }
    const plan = planFactors(pause, facts);
    const { offered, ignored, isSatisfied } = plan;
    const note = isSatisfied ? { note: 'The user has completed it in this login.' } : {};
    this.parts.log.add(transaction.record, { kind: 'factor', mode: pause.mode, offered, ignored, ...note });
    if (isSatisfied) return undefined;
    if (offered.length === 0) {
      const reasons = ignored.map(({ type, reason }) => `${type} is ${reason}`).join(', ') || 'none was named';
      const verb = pause.mode === 'challenge' ? 'challenged with' : 'enrolled in';
      return refuse(this.parts, transaction, 'failed', `The user cannot be ${verb} any requested factor: ${reasons}.`);
    }
    if (!transaction.canRedirect) return this.refuseSilent(transaction, SILENT.factor);
    return this.showPage({ ...pause, types: offered }, transaction, '/u/mfa');
  }

  private showPage(page: TenantPage, transaction: LoginTransaction, path: string): ActionsOutcome {
    const state = this.parts.pageStates.issue(transaction.record.id, transaction.browserId);
    transaction.page = page;
    transaction.record.status = 'waiting for the user';
    return { kind: 'redirect', url: `${path}?state=${state}` };
  }

  private redirect({ args }: RedirectPause, transaction: LoginTransaction): ActionsOutcome {
    const { log, masker, states } = this.parts;
    const target = parseRedirectTarget(args[0], args[1]);
    const state = states.issue(transaction.record.id, transaction.browserId);
    const url = redirectUrl(this.parts.addressOf(target.url), target.query, state);
    transaction.record.status = 'redirected';
    const tokens = tokensIn(Object.fromEntries(new URL(url).searchParams), masker);
    log.add(transaction.record, { kind: 'redirect', url: masker.address(url), state, tokens });
    if (masker.isExposedBy(url)) warn(this.parts, transaction.record, WARNINGS.exposedSecret);
    return { kind: 'redirect', url };
  }

  private refuseSilent(transaction: LoginTransaction, what: string): ActionsOutcome {
    const status: TransactionStatus = 'interaction required';
    return refuse(this.parts, transaction, status, silentRefusal(what, transaction.protocol), 'interaction_required');
  }

  private factsOf({ completedFactors }: LoginTransaction, user: SandboxUser): FactorFacts {
    return { user, enabled: this.parts.definition.factors ?? [...FACTORS, 'duo'], completed: completedFactors };
  }
}

/** Returns the description for the app and the record. */
export function silentRefusal(what: string, protocol: string): string {
  const isSilent = protocol.startsWith('oidc-');
  return `${what}: ${isSilent ? 'prompt=none rules out every page.' : 'no browser takes part in a token request.'}`;
}

/** A silent login cannot show a page. */
export const SILENT = {
  redirect: 'An Action redirects, which this login cannot do',
  form: 'An Action renders a form, which this login cannot show',
  factor: 'Multifactor authentication required',
};

const MODES: Readonly<Record<string, Pick<FactorPause, 'mode' | 'isSelection'>>> = {
  'api.authentication.challengeWith': { mode: 'challenge', isSelection: false },
  'api.authentication.challengeWithAny': { mode: 'challenge', isSelection: true },
  'api.authentication.enrollWith': { mode: 'enroll', isSelection: false },
  'api.authentication.enrollWithAny': { mode: 'enroll', isSelection: true },
};

function factorPause({ name, args: [first = null, options = null] }: CallEntry): FactorPause | undefined {
  const mode = MODES[name];
  if (!mode) return undefined;
  return {
    kind: 'factor',
    ...mode,
    types: factorTypes(mode.isSelection ? listOf(first) : [first, ...additional(options)]),
  };
}

function additional(options: Json): readonly Json[] {
  return isJsonObject(options) ? listOf(options['additionalFactors']) : [];
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function formPause({ args: [id, options] }: CallEntry): FormPause {
  const part = (name: string): JsonObject => {
    const value = isJsonObject(options) ? options[name] : undefined;
    return isJsonObject(value) ? value : {};
  };
  return { kind: 'form', id: textOf(id), fields: part('fields'), vars: part('vars') };
}
