import { isReadFromFiles, readSecrets, SecretProblem, type Secrets } from './key-files.js';
import { SessionKey } from './session-key.js';
import type { KeysOptions } from '../options/tenant.options.js';

/** The current key first; then the previous one, while logins that began before a rotation are under way. */
export type SessionKeys = readonly [current: SessionKey, ...previous: SessionKey[]];

/** What came of reading the files of a tenant's secrets again. */
export type KeyReload = { readonly outcome: 'changed' } | { readonly outcome: 'kept'; readonly problem: string };

/** Files are not read more often than this, in milliseconds, whatever is asked for. */
const MIN_PAUSE_MS = 10;

/** The keys of one tenant, which may change while the process runs. */
export class KeyRing {
  #keys: SessionKeys;
  #secrets: Secrets;
  #readAt = performance.now();
  #problem: { readonly text: string; readonly isTold: boolean } | undefined;
  readonly #isFixed: boolean;

  /**
   * @param findProblem What speaks against other secrets, beside that they are sound.
   * @param onReload Told of every change, and once of each problem that lasts.
   * @throws SecretProblem where there is no sound secret to begin with.
   */
  constructor(
    readonly options: KeysOptions,
    private readonly findProblem: (secrets: Secrets) => string | undefined = () => undefined,
    private readonly onReload: (reload: KeyReload) => void = () => {},
  ) {
    this.#isFixed = !isReadFromFiles(options);
    this.#secrets = readSecrets(options);
    this.#keys = keysOf(this.#secrets);
  }

  get keys(): SessionKeys {
    return this.#keys;
  }

  get secrets(): Secrets {
    return this.#secrets;
  }

  /** Whether any of these secrets is one of this ring's. */
  sharesOneOf({ current, previous }: Secrets): boolean {
    return [current, previous].some(
      (secret) => secret !== undefined && [this.#secrets.current, this.#secrets.previous].includes(secret),
    );
  }

  /**
   * Reads the files again.
   *
   * @returns Whether the keys are others now.
   */
  refresh(): boolean {
    if (this.#isFixed || performance.now() - this.#readAt < MIN_PAUSE_MS) return false;
    this.#readAt = performance.now();
    try {
      const secrets = readSecrets(this.options);
      const problem = this.findProblem(secrets);
      if (problem !== undefined) throw new SecretProblem(problem);
      this.#problem = undefined;
      if (secrets.current === this.#secrets.current && secrets.previous === this.#secrets.previous) return false;
      this.#secrets = secrets;
      this.#keys = keysOf(secrets);
      this.onReload({ outcome: 'changed' });
      return true;
    } catch (error) {
      if (!(error instanceof SecretProblem)) throw error;
      this.#keep(error.problem);
      return false;
    }
  }

  /** While files are swapped one may be missing for a moment: only what is still so the next time is told, and once. */
  #keep(problem: string): void {
    const isLasting = this.#problem?.text === problem;
    if (isLasting && this.#problem?.isTold === false) this.onReload({ outcome: 'kept', problem });
    this.#problem = { text: problem, isTold: isLasting };
  }
}

function keysOf({ current, previous }: Secrets): SessionKeys {
  return [new SessionKey(current), ...(previous === undefined ? [] : [new SessionKey(previous)])];
}
