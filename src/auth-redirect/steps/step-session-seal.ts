import { Injectable } from '@nestjs/common';
import { TenantsService } from '../tenants/tenants.service.js';
import type { StepSession } from './step-session.js';

/** RFC 7516, with a key that serves nothing else: what is sealed here is no session token, and no session token opens here. */
const HEADER = { alg: 'dir', enc: 'A256GCM', typ: 'step-session' } as const;

/** Makes step sessions unreadable and unchangeable for the browser that carries them. */
@Injectable()
export class StepSessionSeal {
  constructor(private readonly tenants: TenantsService) {}

  /** @param issuer The `iss` of the login's session token: its tenant's current key seals. */
  async seal(session: StepSession, issuer: string): Promise<string> {
    const { CompactEncrypt } = await loadJose();
    const [key] = this.tenants.byIssuer(issuer).keys;
    return new CompactEncrypt(Buffer.from(JSON.stringify(session)))
      .setProtectedHeader(HEADER)
      .encrypt(key.stepSessionKey);
  }

  /** @returns undefined for what no key of any tenant opens: it was not sealed here, or under a secret that is gone. */
  async open(sealed: string): Promise<StepSession | undefined> {
    for (const { stepSessionKey } of this.tenants.allKeys()) {
      const session = await openWith(stepSessionKey, sealed);
      if (session) return session;
    }
    return undefined;
  }
}

async function openWith(key: Uint8Array, sealed: string): Promise<StepSession | undefined> {
  const { compactDecrypt } = await loadJose();
  try {
    const options = { keyManagementAlgorithms: [HEADER.alg], contentEncryptionAlgorithms: [HEADER.enc] };
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, options);
    if (protectedHeader.typ !== HEADER.typ) return undefined;
    const session: StepSession = JSON.parse(Buffer.from(plaintext).toString());
    return session;
  } catch {
    return undefined;
  }
}

/** An application without steps never loads it. */
async function loadJose(): Promise<typeof import('jose')> {
  return import('jose');
}
