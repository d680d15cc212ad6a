import type { Clock } from '../../auth-redirect/clock.js';
import type { Randomness } from '../../auth-redirect/randomness.js';
import type { StepContext } from '../../auth-redirect/steps/step.js';
import { joseCodeOf, loadJose } from './jose.js';
import { ReturnRefusal } from './return-refusal.js';

/** Longest life of a handle, in seconds. It never outlives the session token. */
export const HANDLE_LIFETIME_MAX_SECONDS = 3600;

const ID_BYTES = 16;
const HEADER = { alg: 'HS256', typ: 'return-handle+jwt' } as const;
/** Name of the step's secret that handles are signed with: another one in every login and step. */
const SECRET = 'handle';

/** What ties a vendor's result to the one hand-off that asked for it. It says nothing of the user. */
export class ReturnHandles {
  constructor(
    private readonly clock: Clock,
    private readonly randomness: Randomness,
  ) {}

  async make(context: StepContext): Promise<string> {
    const { SignJWT } = await loadJose();
    const latest = this.clock.now() / 1000 + HANDLE_LIFETIME_MAX_SECONDS;
    return new SignJWT()
      .setProtectedHeader(HEADER)
      .setJti(this.randomness.bytes(ID_BYTES).toString('base64url'))
      .setExpirationTime(Math.floor(Math.min(context.sessionToken.expiresAt, latest)))
      .sign(context.secret(SECRET));
  }

  /**
   * @param handle What came back.
   * @returns Its id.
   * @throws ReturnRefusal `handle_missing`, `handle_expired`, and `handle_invalid` for one that was not made in this very login
   *   and step.
   */
  async check(handle: unknown, context: StepContext): Promise<string> {
    if (typeof handle !== 'string' || handle === '') throw new ReturnRefusal('handle_missing');
    const { jwtVerify } = await loadJose();
    try {
      const { payload } = await jwtVerify(handle, context.secret(SECRET), {
        algorithms: [HEADER.alg],
        typ: HEADER.typ,
        requiredClaims: ['jti', 'exp'],
        currentDate: new Date(this.clock.now()),
      });
      return String(payload.jti);
    } catch (error) {
      throw new ReturnRefusal(joseCodeOf(error) === 'ERR_JWT_EXPIRED' ? 'handle_expired' : 'handle_invalid');
    }
  }

  /**
   * Comes after every other check, so that a return that fails one can be made again.
   *
   * @param id What {@link check} gave.
   * @throws ReturnRefusal `handle_used`
   */
  async use(id: string, { memory }: StepContext): Promise<void> {
    if ((await memory.count(`handle ${id}`)) > 1) throw new ReturnRefusal('handle_used');
  }
}
