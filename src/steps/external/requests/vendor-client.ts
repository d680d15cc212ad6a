import { readTextFile } from '../../../auth-redirect/files.js';
import type { JsonObject } from '../../../auth-redirect/json.js';
import { HttpClientError, type HttpClient, type HttpClientRequest } from '../../../http-client/index.js';
import { ReturnRefusal, type ReturnRefusalCode } from '../return-refusal.js';
import { filledJson, filledText, type PlaceholderValues } from './placeholders.js';
import { HEADER_FILE_MAX_BYTES } from './vendor-request.options.js';

export interface RequestTemplate {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly headerFiles?: Readonly<Record<string, string>> | undefined;
  readonly json?: JsonObject | undefined;
  readonly form?: Readonly<Record<string, string>> | undefined;
}

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

export class VendorClient {
  /** Headers from files. Their values may be secrets. */
  readonly #secretHeaders: Readonly<Record<string, string>>;

  /** @param failed Code of the refusal if there is no usable answer. */
  constructor(
    private readonly client: HttpClient,
    private readonly template: RequestTemplate,
    private readonly failed: ReturnRefusalCode,
  ) {
    const files = Object.entries(template.headerFiles ?? {});
    this.#secretHeaders = Object.fromEntries(
      files.map(([name, path]) => [name, readTextFile(path, HEADER_FILE_MAX_BYTES)]),
    );
  }

  /**
   * Returns the vendor's answer.
   *
   * @throws ReturnRefusal unless it is JSON with a status of 2xx.
   */
  async send(values: PlaceholderValues): Promise<unknown> {
    try {
      const { status, json } = await this.client.send(this.#request(values));
      if (status < 200 || status > 299) throw new ReturnRefusal(this.failed, `status_${status}`);
      return json();
    } catch (error) {
      throw error instanceof HttpClientError ? new ReturnRefusal(this.failed, error.message) : error;
    }
  }

  #request(values: PlaceholderValues): HttpClientRequest {
    const { url, headers = {}, json, form } = this.template;
    const filled = Object.entries(headers).map(([name, text]) => [name, filledText(text, values)]);
    const body = bodyOf(json, form, values);
    return {
      method: body === undefined ? 'GET' : 'POST',
      url: filledText(url, values, encodeURIComponent),
      headers: { ...body?.type, ...Object.fromEntries(filled), ...this.#secretHeaders },
      ...(body && { body: body.text }),
    };
  }
}

function bodyOf(json: RequestTemplate['json'], form: RequestTemplate['form'], values: PlaceholderValues) {
  if (json) return { type: { 'content-type': JSON_TYPE }, text: JSON.stringify(filledJson(json, values)) };
  if (!form) return undefined;
  const fields = Object.entries(form).map(([name, text]): [string, string] => [name, filledText(text, values)]);
  return { type: { 'content-type': FORM_TYPE }, text: new URLSearchParams(fields).toString() };
}
