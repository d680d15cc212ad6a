import { FileProblem, readTextFile } from '../../auth-redirect/files.js';
import type { SessionToken } from '../../auth-redirect/session-token.js';
import { optionsFrom } from '../../auth-redirect/validation/validate.js';
import { isStorable } from '../../fields/text.js';
import { HttpClient, HttpClientError, HttpClientOptions, type HttpClientRequest } from '../../http-client/index.js';
import { ListFault } from './list-fault.js';
import { HEADER_FILE_MAX_BYTES, SUB_PLACE, TENANT_HEADER, type ListSourceOptions } from './list-source.options.js';
import { valueAt } from './member-path.js';

/** Values that a header can contain unchanged (RFC 9110 section 5.5). */
const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** The owner of a list: a `sub` is unique only within its tenant. */
type User = Pick<SessionToken, 'tenant' | 'subject'>;

export class ListSource {
  readonly #client: HttpClient;

  /** @param options Valid options. */
  constructor(private readonly options: ListSourceOptions) {
    this.#client = new HttpClient(optionsFrom(HttpClientOptions, options));
  }

  /**
   * Returns the user's list as the endpoint sent it.
   *
   * @throws ListFault unless the endpoint answers with status 200 and JSON.
   */
  async load(user: User): Promise<unknown> {
    try {
      const { status, json } = await this.#client.send(this.#request(user));
      if (status !== 200) throw new ListFault(`status_${status}`);
      const { list } = this.options;
      return list === undefined ? json() : valueAt(json(), list);
    } catch (cause) {
      throw cause instanceof HttpClientError ? new ListFault(cause.message, { cause }) : cause;
    }
  }

  #request({ subject, tenant }: User): HttpClientRequest {
    const { subMember, subHeader, headers } = this.options;
    if (!isStorable(subject) || (subHeader !== undefined && !HEADER_VALUE.test(subject)))
      throw new ListFault('subject_not_sendable');
    return {
      method: subMember === undefined ? 'GET' : 'POST',
      url: this.#urlFor(subject),
      headers: {
        accept: 'application/json',
        [TENANT_HEADER]: tenant,
        ...headers,
        ...this.#secretHeaders(),
        ...(subHeader !== undefined && { [subHeader]: subject }),
        ...(subMember !== undefined && { 'content-type': 'application/json' }),
      },
      ...(subMember !== undefined && { body: JSON.stringify({ [subMember]: subject }) }),
      isRepeatable: true,
    };
  }

  /** Rejects `.` and `..`, because the URL parser removes such parts of a path, also percent-encoded. */
  #urlFor(subject: string): string {
    const { url, subParameter } = this.options;
    if (subParameter !== undefined) {
      const target = new URL(url);
      target.searchParams.append(subParameter, subject);
      return target.href;
    }
    if (!url.includes(SUB_PLACE)) return url;
    if (/^\.{1,2}$/.test(subject)) throw new ListFault('subject_not_sendable');
    return url.replace(SUB_PLACE, () => encodeURIComponent(subject));
  }

  #secretHeaders(): Record<string, string> {
    try {
      const files = Object.entries(this.options.headerFiles ?? {});
      return Object.fromEntries(files.map(([name, path]) => [name, readTextFile(path, HEADER_FILE_MAX_BYTES)]));
    } catch (cause) {
      throw cause instanceof FileProblem ? new ListFault('file_not_readable', { cause }) : cause;
    }
  }
}
