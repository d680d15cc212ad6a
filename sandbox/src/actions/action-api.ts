import type { UserDirectory } from '../tenant/users.js';
import type { ActionPhase } from './action-phase.js';
import type { ActionRealm } from './action-realm.js';
import { accessApi } from './api/access-api.js';
import { cacheApi, type ActionCache } from './api/cache-api.js';
import { accessTokenApi, idTokenApi } from './api/claims-api.js';
import { NOT_SIMULATED, notSimulated } from './api/not-simulated.js';
import { redirectApi, type RedirectSurroundings } from './api/redirect-api.js';
import { transactionApi } from './api/transaction-api.js';
import { userApi } from './api/user-api.js';

/** What `api` works on besides the login itself. */
export interface ApiSurroundings extends RedirectSurroundings {
  readonly users: UserDirectory;
  readonly cache: ActionCache;
}

/** The `api` of a post-login Action. Setters return it, so that calls can be chained. */
export function actionApi(phase: ActionPhase, realm: ActionRealm, tenant: ApiSurroundings): object {
  const api = {};
  const missing = NOT_SIMULATED.map((part) => [part, notSimulated(phase, realm, part)] as const);
  return Object.assign(api, Object.fromEntries(missing), {
    access: accessApi(phase, realm, api),
    accessToken: accessTokenApi(phase, realm, api),
    cache: cacheApi(phase, realm, tenant.cache),
    idToken: idTokenApi(phase, realm, api),
    redirect: redirectApi(phase, realm, api, tenant),
    transaction: transactionApi(phase, realm, api),
    user: userApi(phase, realm, api, tenant.users),
  });
}
