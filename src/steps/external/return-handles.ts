import type { Clock } from '../../auth-redirect/clock.js';
import type { Randomness } from '../../auth-redirect/randomness.js';
import type { StepContext } from '../../auth-redirect/steps/step.js';
import { returnRefusalOf, ReturnRefusal } from './return-refusal.js';

/** Maximum lifetime of a handle. A handle never outlives the session token. */
const LIFETIME_MAX_SECONDS = 3600;
const ID_BYTES = 16;
const HEADER = { alg: 'HS256', typ: 'return-handle+jwt' } as const;
/** Name of the secret that signs handles. The secret differs in each login and step. */
const SECRET = 'handle';

/** Binds the vendor's result to one hand-off. A handle holds nothing about the user. */
export class ReturnHandles {
  constructor(
    private readonly clock: Clock,
    private readonly randomness: Randomness,
  ) {}

  async make(context: StepContext): Promise<string> {
    const { SignJWT } = await import('jose'); // optional peer
    const latest = this.clock.now() / 1000 + LIFETIME_MAX_SECONDS;
    return new SignJWT()
      .setProtectedHeader(HEADER)
      .setJti(this.randomness.bytes(ID_BYTES).toString('base64url'))
      .setExpirationTime(Math.floor(Math.min(context.sessionToken.expiresAt, latest)))
      .sign(context.secret(SECRET));
  }

  /**
   * Verifies a returned handle.
   *
   * @returns The id of the handle.
   * @throws ReturnRefusal `handle_missing`, `handle_expired`, or `handle_invalid` for a handle of another login or step.
   */
  async check(handle: unknown, context: StepContext): Promise<string> {
    if (typeof handle !== 'string' || handle === '') throw new ReturnRefusal('handle_missing');
    const { jwtVerify } = await import('jose');
    try {
      const { payload } = await jwtVerify(handle, context.secret(SECRET), {
        algorithms: [HEADER.alg],
        typ: HEADER.typ,
        requiredClaims: ['jti', 'exp'],
        currentDate: new Date(this.clock.now()),
      });
      return String(payload.jti);
    } catch (error) {
      throw returnRefusalOf(error, { ERR_JWT_EXPIRED: 'handle_expired' }, 'handle_invalid');
    }
  }

  /**
   * Uses a handle up. Call this after all other checks, so that the user can repeat a return that fails a check.
   *
   * @throws ReturnRefusal `handle_used`
   */
  async use(id: string, { memory }: StepContext): Promise<void> {
    if ((await memory.count(`handle ${id}`)) > 1) throw new ReturnRefusal('handle_used');
  }
}
