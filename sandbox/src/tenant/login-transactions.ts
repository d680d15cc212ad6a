import { textOf, type JsonObject } from '../json.js';
import { words } from '../words.js';
import type { Masker } from '../transactions/mask.js';
import { TRANSACTIONS_KEPT, type TransactionLog } from '../transactions/transaction-log.js';
import type { TransactionRecord } from '../transactions/transaction.js';
import type { LoginTransaction, RedirectingTriggerName, RequestFacts } from './login-transaction.js';
import { displayOf } from './user.js';

/** The logins in flight, found by the names under which the different parts of the protocol know them. */
export class LoginTransactions {
  private readonly byKey = new Map<string, LoginTransaction>();

  constructor(
    private readonly log: TransactionLog,
    private readonly masker: Masker,
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

  /** Begins what runs the Actions of a trigger in a browser, under a record of its own. */
  follow(
    trigger: RedirectingTriggerName,
    record: TransactionRecord,
    request: RequestFacts,
    parameters: JsonObject,
  ): LoginTransaction {
    const clientId = textOf(parameters['client_id']);
    const transaction: LoginTransaction = {
      ...{ trigger, record, clientId, parameters, request, browserId: '', protocol: 'oidc-basic-profile' },
      canRedirect: !words(parameters['prompt']).includes('none'),
      ...{ pauses: [], completedFactors: new Set<string>(), saml: { attributes: {}, settings: {} } },
      ...{ metadata: {}, idTokenClaims: {}, accessTokenClaims: {} },
      ...{ addedScopes: new Set<string>(), removedScopes: new Set<string>() },
    };
    this.link(record.id, transaction);
    return transaction;
  }

  /** Makes a login known under one more name: an interaction, a grant. */
  link(key: string, transaction: LoginTransaction): void {
    this.byKey.set(key, transaction);
    this.forgetOld();
  }

  /** The login of a name. */
  find(key: string | undefined): LoginTransaction | undefined {
    return key === undefined ? undefined : this.byKey.get(key);
  }

  /** Notes how the user came to be known. */
  identified(transaction: LoginTransaction, how: 'form' | 'session'): void {
    const { record, user } = transaction;
    if (!user || record.user?.userId === user.user_id) return;
    record.user = { userId: user.user_id, email: displayOf(user) };
    record.loggedInBy = how;
    this.log.add(record, { kind: 'login', ...record.user, how });
  }

  /** Logins that have left the record are dropped; a few names belong to each. */
  private forgetOld(): void {
    if (this.byKey.size < TRANSACTIONS_KEPT * 10) return;
    for (const [key, { record }] of this.byKey) if (!this.log.find(record.id)) this.byKey.delete(key);
  }
}
