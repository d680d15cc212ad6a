import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { SandboxClient } from '../directory/clients.js';
import { textOf } from '../json.js';
import type { ErrorFacts } from '../pages/error-page.js';
import { suggestion } from '../suggestion.js';
import type { TransactionRecord } from '../transactions/transaction.js';
import { authorizeFacts } from './request-facts.js';
import type { Tenant } from './tenant.js';

export interface AuthorizeRefusal {
  readonly description: string;
  readonly facts: ErrorFacts;
}

/** Names the sent values and the known values. */
export function authorizeRefusal(
  ctx: KoaContextWithOIDC,
  error: Error,
  { clients, sources }: Pick<Tenant, 'clients' | 'sources'>,
): AuthorizeRefusal {
  const sent = parametersOf(ctx);
  const client = sources.client(sent.clientId);
  if (client && error instanceof errors.InvalidRedirectUri) return callbackMismatch(client, sent.redirectUri);
  if (!client && error instanceof errors.InvalidClient) return unknownClient(sent.clientId, clients);
  const { error_description: description = error.message } = error as Error & { error_description?: string };
  return { description, facts: sent.clientId === '' ? [] : [['Client', sent.clientId]] };
}

/** Records a refusal before a login begins. A login records its own refusals. */
export function recordRefusal(ctx: KoaContextWithOIDC, error: Error, tenant: Tenant): void {
  const known = RECORDS.get(ctx);
  // If oidc-provider reports two errors, the wrong callback comes second.
  if (ctx.oidc.route !== 'authorization' || (known && !(error instanceof errors.InvalidRedirectUri))) return;
  const { log, logins, masker } = tenant;
  const record = known ?? logins.begin(authorizeFacts(ctx, tenant.hostname)).record;
  keepRecord(ctx, record);
  record.status = NEEDS_USER.includes(error.message) ? 'interaction required' : 'failed';
  log.add(record, {
    kind: 'denied',
    ...(isForApp(ctx, error) ? {} : { title: 'The user sees an error page' }),
    error: error.message,
    description: masker.text(authorizeRefusal(ctx, error, tenant).description),
  });
}

/** Errors of silent logins that the user could resolve. */
const NEEDS_USER = ['login_required', 'interaction_required'];

/** Keeps each record as long as its request. */
const RECORDS = new WeakMap<KoaContextWithOIDC, TransactionRecord>();

export function keepRecord(ctx: KoaContextWithOIDC, record: TransactionRecord): void {
  RECORDS.set(ctx, record);
}

/** Without a client and its callback, only the user sees the error. */
function isForApp(ctx: KoaContextWithOIDC, error: Error): boolean {
  const { clientId, redirectUri } = parametersOf(ctx);
  const isKnown = ctx.oidc.entities.Client?.clientId === clientId && redirectUri !== '';
  return isKnown && Reflect.get(error, 'allow_redirect') !== false;
}

function parametersOf(ctx: KoaContextWithOIDC): { readonly clientId: string; readonly redirectUri: string } {
  const sent = { ...ctx.query, ...ctx.oidc.body, ...ctx.oidc.params };
  return { clientId: textOf(sent['client_id']), redirectUri: textOf(sent['redirect_uri']) };
}

/** Auth0's message does not name the allowed callbacks. */
function callbackMismatch({ callbacks, clientId, name }: SandboxClient, sent: string): AuthorizeRefusal {
  return {
    description: `Callback URL mismatch. ${sent} is not in the list of allowed callback URLs of ${name}.${suggestion(sent, callbacks)}`,
    facts: [
      ['Client', clientId],
      ['Callback that was sent', sent],
      ['Allowed callbacks', ...(callbacks.length === 0 ? ['none'] : callbacks)],
    ],
  };
}

function unknownClient(clientId: string, clients: readonly SandboxClient[]): AuthorizeRefusal {
  const ids = clients.map((client) => client.clientId);
  return {
    description: `Unknown client: ${clientId || '(none was sent)'}.${suggestion(clientId, ids)}`,
    facts: [
      ['Client', clientId || '(none was sent)'],
      ['Clients of the tenant', ...ids],
    ],
  };
}
