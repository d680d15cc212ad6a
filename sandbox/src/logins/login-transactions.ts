import { textOf, type JsonObject } from '../json.js';
import { spaceSeparated } from '../space-separated.js';
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

/** A token request that runs the Actions of a login, because it names a user directly. */
export interface TokenRequest {
  /** Without secrets. */
  readonly request: RequestFacts;
  readonly clientId: string;
  /** Auth0's name for the exchange. */
  readonly protocol: 'oauth2-refresh-token' | 'oauth2-password' | 'oauth2-token-exchange';
  /** The parameters with the effective `scope` and `audience`. */
  readonly parameters: JsonObject;
  readonly methods: readonly AuthenticationMethod[];
  readonly refreshToken?: SandboxRefreshToken;
}

type LoginFacts = Pick<LoginTransaction, 'trigger' | 'record' | 'clientId' | 'parameters' | 'request'> &
  Pick<LoginTransaction, 'protocol' | 'canRedirect' | 'methods' | 'organization' | 'refreshToken'>;

/** Logins by the keys of protocol objects, such as interactions and grants. */
export class LoginTransactions {
  private readonly byKey = new Map<string, LoginTransaction>();

  constructor(
    private readonly log: TransactionLog,
    private readonly masker: Masker,
    readonly organizationOf: (idOrName: unknown) => Organization | undefined = () => undefined,
  ) {}

  /** @param request Has all parameters unchanged, in its query or, for a POST, in its body. */
  begin(request: RequestFacts): LoginTransaction {
    const parameters = { ...request.query, ...request.body };
    const record = this.log.open(textOf(parameters['client_id']));
    this.log.add(record, { kind: 'authorize', method: request.method, parameters: this.masker.json(parameters) });
    return this.follow('post-login', record, request, parameters);
  }

  /** Starts a login without a browser. */
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

  follow(
    trigger: RedirectingTriggerName,
    record: TransactionRecord,
    request: RequestFacts,
    parameters: JsonObject,
  ): LoginTransaction {
    const clientId = textOf(parameters['client_id']);
    const canRedirect = !spaceSeparated(parameters['prompt']).includes('none');
    const organization = this.organizationOf(parameters['organization']);
    return this.open({
      ...{ trigger, record, clientId, parameters, request, protocol: protocolOf(parameters), canRedirect },
      ...(organization ? { organization } : {}),
    });
  }

  link(key: string, transaction: LoginTransaction): void {
    this.byKey.set(key, transaction);
    this.forgetOld();
  }

  find(key: string | undefined): LoginTransaction | undefined {
    return key === undefined ? undefined : this.byKey.get(key);
  }

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

  /** Drops logins that are no longer in the log. */
  private forgetOld(): void {
    if (this.byKey.size < TRANSACTIONS_KEPT * 10) return;
    for (const [key, { record }] of this.byKey) if (!this.log.find(record.id)) this.byKey.delete(key);
  }
}

/** Returns Auth0's name for the OpenID Connect flow. */
function protocolOf({ response_type: responseType }: JsonObject): string {
  const types = spaceSeparated(responseType);
  if (types.every((type) => type === 'code')) return 'oidc-basic-profile';
  return types.includes('code') ? 'oidc-hybrid-profile' : 'oidc-implicit-profile';
}
