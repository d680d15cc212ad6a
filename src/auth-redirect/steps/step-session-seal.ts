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
  async seal(session: StepSession, issuer: string): Promise<string> {
    const [key] = this.tenants.byIssuer(issuer).keyRing.keys;
    return seal(session, TYPE, key.stepSessionKey, key.id);
  }

  /** @returns undefined for what no key of any tenant opens: it was not sealed here, or under a secret that is gone. */
  async open(sealed: string): Promise<OpenedSession | undefined> {
    const key = this.tenants.keyById(await keyIdOf(sealed));
    const session = key && (await openSealed<StepSession>(sealed, TYPE, key.stepSessionKey));
    return key && session && { session, key };
  }
}
