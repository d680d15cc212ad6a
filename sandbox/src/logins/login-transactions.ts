import { textOf, type JsonObject } from '../json.js';
import { words } from '../words.js';
import type { Masker } from '../transactions/mask.js';
import type { LoginMeans } from '../transactions/transaction.js';
import { TRANSACTIONS_KEPT, type TransactionLog } from '../transactions/transaction-log.js';
import type { TransactionRecord } from '../transactions/transaction.js';
import type { RedirectingTriggerName } from '../definition/trigger-handlers.js';
import type { LoginTransaction } from './login-transaction.js';
import type { RequestFacts } from './request-facts.js';
import type { Organization } from '../directory/organizations.js';
import type { SandboxRefreshToken } from './refresh-tokens.js';
import type { AuthenticationMethod } from './sessions.js';
import { displayOf } from '../directory/user.js';

/** A token request that runs the Actions of a login, because it names a user itself. */
export interface TokenRequest {
  /** Without secrets. */
  readonly request: RequestFacts;
  readonly clientId: string;
  /** Auth0's name of the exchange. */
  readonly protocol: 'oauth2-refresh-token' | 'oauth2-password' | 'oauth2-token-exchange';
  /** `scope` and `audience` as they apply, and what else the request holds. */
  readonly parameters: JsonObject;
  /** How the user has authenticated. */
  readonly methods: readonly AuthenticationMethod[];
  readonly refreshToken?: SandboxRefreshToken;
}

/** What a login is known by from the beginning. */
type LoginFacts = Pick<LoginTransaction, 'trigger' | 'record' | 'clientId' | 'parameters' | 'request'> &
  Pick<LoginTransaction, 'protocol' | 'canRedirect' | 'methods' | 'organization' | 'refreshToken'>;

/** The logins in flight, found by the names under which the different parts of the protocol know them. */
export class LoginTransactions {
  private readonly byKey = new Map<string, LoginTransaction>();

  constructor(
    private readonly log: TransactionLog,
    private readonly masker: Masker,
    readonly organizationOf: (idOrName: unknown) => Organization | undefined = () => undefined,
  ) {}

  /**
   * Begins a login: an authorize request has come in.
   *
   * @param request Its facts; the query (or the body, for a POST) holds all parameters as they were sent.
   */
  begin(request: RequestFacts): LoginTransaction {
    const parameters = { ...request.query, ...request.body };
    const record = this.log.open(textOf(parameters['client_id']));
    this.log.add(record, { kind: 'authorize', method: request.method, parameters: this.masker.json(parameters) });
    return this.follow('post-login', record, request, parameters);
  }

  /** Begins a login without a browser: a token request has come in. */
  beginExchange({ request, clientId, protocol, parameters, methods, refreshToken }: TokenRequest): LoginTransaction {
    const record = this.log.open(clientId);
    const grantType = textOf(request.body['grant_type']);
    this.log.add(record, { kind: 'token request', grantType, parameters: this.masker.json(request.body) });
    const organization = refreshToken?.organization ?? this.organizationOf(parameters['organization']);
    return this.open({
      ...{ trigger: 'post-login', record, clientId, parameters, request, protocol, methods, canRedirect: false },
      ...(organization ? { organization } : {}),
      ...(refreshToken ? { refreshToken } : {}),
    });
  }

  /** Begins what runs the Actions of a trigger in a browser, under a record of its own. */
  follow(
    trigger: RedirectingTriggerName,
    record: TransactionRecord,
    request: RequestFacts,
    parameters: JsonObject,
  ): LoginTransaction {
    const clientId = textOf(parameters['client_id']);
    const canRedirect = !words(parameters['prompt']).includes('none');
    const organization = this.organizationOf(parameters['organization']);
    return this.open({
      ...{ trigger, record, clientId, parameters, request, protocol: protocolOf(parameters), canRedirect },
      ...(organization ? { organization } : {}),
    });
  }

  /** Makes a login known under one more name: an interaction, a grant. */
  link(key: string, transaction: LoginTransaction): void {
    this.byKey.set(key, transaction);
    this.forgetOld();
  }

  /** Returns the login of a name. */
  find(key: string | undefined): LoginTransaction | undefined {
    return key === undefined ? undefined : this.byKey.get(key);
  }

  /** Notes how the user came to be known. */
  identified(transaction: LoginTransaction, how: LoginMeans): void {
    const { record, user } = transaction;
    if (!user || record.user?.userId === user.user_id) return;
    record.user = { userId: user.user_id, email: displayOf(user) };
    record.loggedInBy = how;
    this.log.add(record, { kind: 'login', ...record.user, how });
  }

  private open(facts: LoginFacts): LoginTransaction {
    const transaction: LoginTransaction = {
      ...{ ...facts, browserId: '', refreshTokenChanges: { metadata: { ...facts.refreshToken?.metadata } } },
      ...{ pauses: [], completedFactors: new Set<string>(), saml: { attributes: {}, settings: {} } },
      ...{ metadata: {}, idTokenClaims: {}, accessTokenClaims: {} },
      ...{ addedScopes: new Set<string>(), removedScopes: new Set<string>() },
    };
    this.link(facts.record.id, transaction);
    return transaction;
  }

  /** Logins that have left the record are dropped; a few names belong to each. */
  private forgetOld(): void {
    if (this.byKey.size < TRANSACTIONS_KEPT * 10) return;
    for (const [key, { record }] of this.byKey) if (!this.log.find(record.id)) this.byKey.delete(key);
  }
}

/** Auth0's names of the flows of OpenID Connect: `code`, a token without a code, or both. */
function protocolOf({ response_type: responseType }: JsonObject): string {
  const types = words(responseType);
  if (types.every((type) => type === 'code')) return 'oidc-basic-profile';
  return types.includes('code') ? 'oidc-hybrid-profile' : 'oidc-implicit-profile';
}
