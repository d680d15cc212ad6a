import { Inject, Injectable } from '@nestjs/common';
import { Allow } from 'class-validator';
import type { IDToken } from 'openid-client';
import { Clock } from '../../auth-redirect/clock.js';
import { textIn } from '../../auth-redirect/locales/localized-text.js';
import type { StepView } from '../../auth-redirect/pages/step-view.js';
import type { FormValues } from '../../auth-redirect/steps/step-form.js';
import {
  completed,
  denied,
  handOff,
  invalid,
  Step,
  type StepContext,
  type StepResult,
} from '../../auth-redirect/steps/step.js';
import { validOptions } from '../../auth-redirect/validation/validate.js';
import { isPlainAddress, masked } from '../../fields/email-address.js';
import { ACCOUNT_LINK_OPTIONS, AccountLinkOptions, AccountLinkSettings } from './account-link.options.js';
import { beginAttempt, useAttempt } from './attempts.js';
import { LinkRefusal, type LinkRefusalCode } from './link-refusal.js';
import { authorizationUrl, exchangeCode } from './authorization.js';
import { checkFirstEmail, checkSecondAccount } from './second-account.js';
import { TenantClient } from './tenant-client.js';

/**
 * Holds the posted form of {@link AccountLinkStep}.
 *
 * @publicApi
 */
export class AccountLinkForm {
  /** Name of the chosen connection. Default: the first one. */
  @Allow()
  connection?: unknown;
}

/**
 * Holds the data that the Action receives: the second account, which the user has proven.
 *
 * @publicApi
 */
export type LinkedAccount = {
  /** `sub` of the second account, like `google-oauth2|1234`: provider, bar, id. */
  readonly sub: string;
  /** Address of the second account. Absent if it has none, or the scope `email` was not requested. */
  readonly email?: string;
  readonly email_verified?: boolean;
  /** Time of the proof (ISO 8601). The Action links the accounts afterwards. */
  readonly verifiedAt: string;
};

/** Marks the place of the address in a translated sentence. */
const PLACE = '\u0000';

type Result = StepResult<AccountLinkForm, LinkedAccount>;

/** Refusals that the user causes, and their texts. */
const TEXTS: Partial<Record<LinkRefusalCode, string>> = {
  not_finished: 'accountLink.unfinished',
  same_account: 'accountLink.sameAccount',
  email_not_verified: 'accountLink.emailNotVerified',
  email_differs: 'accountLink.emailDiffers',
};

/** Refusals that only the operator can fix, or that end after a while. */
const FAULTS: readonly LinkRefusalCode[] = ['tenant_unavailable', 'issuer_unexpected', 'client_rejected'];

/**
 * Requires the user to sign in to a second account of the tenant, so that the Action can link it to the first one.
 *
 * @publicApi
 */
@Injectable()
export class AccountLinkStep extends Step<AccountLinkForm, LinkedAccount> {
  readonly id: string;
  readonly form = AccountLinkForm;
  override readonly tenant: string | null;
  readonly #settings: AccountLinkSettings;
  readonly #client: TenantClient;

  /** @throws AuthRedirectOptionsError with every problem. */
  constructor(
    private readonly clock: Clock,
    @Inject(ACCOUNT_LINK_OPTIONS) options: AccountLinkOptions,
  ) {
    super();
    this.#settings = validOptions('account-link', AccountLinkSettings, options);
    this.id = this.#settings.id ?? 'account-link';
    this.tenant = this.#settings.tenant ?? null;
    this.#client = new TenantClient(this.#settings, clock);
  }

  /** The Action sends the number of linked accounts in the claim `identities`. */
  override applies({ sessionToken: { claims } }: StepContext): boolean {
    return this.#settings.whenLinked === 'link' || !(Number(claims.identities) > 1);
  }

  view({ locale, sessionToken: { claims }, t }: StepContext): StepView {
    const [first, ...others] = (this.#settings.connections ?? []).map(({ name, label }) => ({
      name: 'connection',
      value: name,
      label: t('accountLink.button', { connection: textIn(label, locale) }),
    }));
    const account = isPlainAddress(claims.email) ? masked(claims.email) : null;
    const [before = '', after = ''] = t('accountLink.account', { account: PLACE }).split(PLACE);
    return {
      template: 'account-link',
      title: t('accountLink.title'),
      submitLabel: first?.label ?? t('accountLink.buttonAny'),
      actions: others,
      model: { before, account, after, text: t('accountLink.text') },
    };
  }

  async submit(context: StepContext, { connection }: AccountLinkForm): Promise<Result> {
    return this.#unlessRefused(context, async () => {
      if (this.#settings.sameEmail) checkFirstEmail(context.sessionToken);
      const configuration = await this.#client.configurationFor(this.#issuerOf(context));
      const attempt = await beginAttempt(context, this.clock);
      if (attempt === 'loginLimit') return denied('account_link_tries', context.t('accountLink.tooManyTries'));
      if (attempt === 'userLimit') return denied('account_link_tries', context.t('accountLink.tooManyTriesWait'));
      const { scope } = this.#settings;
      const request = { scope, redirectUri: context.callback().url, connection: this.#chosen(connection) };
      return handOff(await authorizationUrl(configuration, attempt, request));
    });
  }

  /** Loads the metadata before it uses up the attempt, so that the user can repeat a return that failed without metadata. */
  override async returned(context: StepContext, query: FormValues): Promise<Result> {
    return this.#unlessRefused(context, async () => {
      const { sessionToken } = context;
      const configuration = await this.#client.configurationFor(this.#issuerOf(context));
      const attempt = await useAttempt(context, query.state);
      const { claims, accessToken } = await exchangeCode(configuration, context.callback().url, query, attempt);
      const { startedAt } = attempt;
      checkSecondAccount(claims, { settings: this.#settings, sessionToken, accessToken, startedAt });
      return completed(this.#dataOf(claims));
    });
  }

  async #unlessRefused(context: StepContext, run: () => Promise<Result>): Promise<Result> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof LinkRefusal) return refused(error, context);
      throw error;
    }
  }

  #dataOf({ sub, email, email_verified: isVerified }: IDToken): LinkedAccount {
    return {
      sub,
      ...(typeof email === 'string' && { email, email_verified: isVerified === true }),
      verifiedAt: new Date(this.clock.now()).toISOString(),
    };
  }

  /** Returns the first connection for an unknown name. */
  #chosen(connection: unknown): string | undefined {
    const names = (this.#settings.connections ?? []).map(({ name }) => name);
    return names.find((name) => name === connection) ?? names[0];
  }

  #issuerOf({ sessionToken: { issuer } }: StepContext): string {
    if (this.#settings.issuer !== undefined) return this.#settings.issuer;
    return issuer.includes('://') ? issuer : `https://${issuer}/`;
  }
}

/** Shows the page again, so that the user can retry. Denies the login if a retry cannot help. */
function refused({ code, detail }: LinkRefusal, { logger, t }: StepContext): Result {
  const level = FAULTS.includes(code) ? 'error' : TEXTS[code] === undefined ? 'warn' : 'log';
  logger[level](`the second account was not accepted: ${code}${detail === undefined ? '' : ` (${detail})`}`);
  if (code === 'first_email_not_verified') return denied('account_link_email', t('accountLink.firstEmailNotVerified'));
  return invalid({}, t(TEXTS[code] ?? (FAULTS.includes(code) ? 'accountLink.unavailable' : 'accountLink.notValid')));
}
