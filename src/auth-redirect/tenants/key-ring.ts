import { isReadFromFiles, readSecrets, SecretProblem, type Secrets } from './key-files.js';
import { SessionKey } from './session-key.js';
import type { KeysOptions } from '../options/tenant.options.js';

/** The current key and, during a rotation, the previous one. */
export type SessionKeys = readonly [current: SessionKey, ...previous: SessionKey[]];

export type KeyReload = { readonly outcome: 'changed' } | { readonly outcome: 'kept'; readonly problem: string };

/** Minimum pause between two reads of the files. */
const MIN_PAUSE_MS = 10;

/** The keys of a tenant can change at run time. */
export class KeyRing {
  #keys: SessionKeys;
  #secrets: Secrets;
  #readAt = performance.now();
  #problem: { readonly text: string; readonly isReported: boolean } | undefined;
  #isOutdated = false;
  readonly #isFixed: boolean;

  /**
   * @param findProblem Returns why otherwise valid secrets must not be used, or undefined.
   * @param onReload Called at every change, and once for each lasting problem.
   * @throws SecretProblem if a secret is missing or invalid at startup.
   */
  constructor(
    readonly options: KeysOptions,
    private readonly findProblem: (secrets: Secrets) => string | undefined = () => undefined,
    private readonly onReload: (reload: KeyReload) => void = () => {},
  ) {
    this.#isFixed = !isReadFromFiles(options);
    this.#secrets = this.#read();
    this.#keys = keysOf(this.#secrets);
  }

  get keys(): SessionKeys {
    return this.#keys;
  }

  get secrets(): Secrets {
    return this.#secrets;
  }

  /** Whether the files have a lasting problem, so that the old secrets stay in use. */
  get isOutdated(): boolean {
    return this.#isOutdated;
  }

  sharesOneOf({ current, previous }: Secrets): boolean {
    return [current, previous].some(
      (secret) => secret !== undefined && [this.#secrets.current, this.#secrets.previous].includes(secret),
    );
  }

  /** @returns Whether the keys have changed. */
  refresh(): boolean {
    if (this.#isFixed || performance.now() - this.#readAt < MIN_PAUSE_MS) return false;
    this.#readAt = performance.now();
    try {
      const secrets = this.#read();
      this.#problem = undefined;
      this.#isOutdated = false;
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

  #read(): Secrets {
    const secrets = readSecrets(this.options);
    const problem = this.findProblem(secrets);
    if (problem !== undefined) throw new SecretProblem(problem);
    return secrets;
  }

  /** Reports a problem when the next read finds it again: during a swap, a file can be missing for a moment. */
  #keep(problem: string): void {
    const isLasting = this.#problem?.text === problem;
    if (isLasting && this.#problem?.isReported === false) this.onReload({ outcome: 'kept', problem });
    this.#problem = { text: problem, isReported: isLasting };
    this.#isOutdated ||= isLasting;
  }
}

function keysOf({ current, previous }: Secrets): SessionKeys {
  return [new SessionKey(current), ...(previous === undefined ? [] : [new SessionKey(previous)])];
}
