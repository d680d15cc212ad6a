import { Injectable } from '@nestjs/common';
import type { SessionKey } from '../tenants/session-key.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { keyIdOf, openSealed, seal } from './seal.js';
import type { StepSession } from './step-session.js';

const TYPE = 'step-session';

/** A step session, and the key that it was sealed with. */
interface OpenedSession {
  readonly session: StepSession;
  readonly key: SessionKey;
}

/** Makes step sessions unreadable and unchangeable for the browser that carries them. */
@Injectable()
export class StepSessionSeal {
  constructor(private readonly tenants: TenantsService) {}

  /** @param issuer The `iss` of the login's session token: its tenant's current key seals. */
  seal(session: StepSession, issuer: string): string {
    const [key] = this.tenants.byIssuer(issuer).keyRing.keys;
    return seal(JSON.stringify(session), TYPE, key.stepSessionKey, key.id);
  }

  /** @returns undefined for what no key of any tenant opens: it was not sealed here, or under a secret that is gone. */
  open(sealed: string): OpenedSession | undefined {
    const key = this.tenants.keyById(keyIdOf(sealed));
    const text = key && openSealed(sealed, TYPE, key.stepSessionKey);
    if (!key || text === undefined) return undefined;
    const session: StepSession = JSON.parse(text);
    return { session, key };
  }
}
