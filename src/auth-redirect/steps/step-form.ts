import type { IncomingMessage } from 'node:http';
import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { AuthRedirectError } from '../errors.js';
import type { HttpRequest } from '../http/answer.js';
import type { Translate } from '../locales/locales.js';
import { queryOf } from './step-address.js';

/** The only accepted encoding of forms. */
export const FORM_TYPE = 'application/x-www-form-urlencoded';

export const FORM_MAX_BYTES = 65_536;

/** Time limit for the body of a form. */
const FORM_MS = 20_000;

export const FORM_MAX_FIELDS = 500;

/** Field names that could change a prototype. */
const FORBIDDEN_NAMES = ['__proto__', 'constructor', 'prototype'];

/** Contains the values of a form by field name; a repeated field has a list. */
export type FormValues = Readonly<Record<string, string | readonly string[]>>;

/** Describes `@Req()`, with or without the host's parsed body. */
export type FormRequest = HttpRequest & { readonly body?: unknown; readonly rawBody?: unknown } & (
    IncomingMessage | { readonly raw: IncomingMessage }
  );

/**
 * Rejects forms of other origins. Pages cannot set `Sec-Fetch-Site` (W3C Fetch Metadata section 2.4); older browsers send `Origin` instead.
 *
 * @param publicUrl The option `publicUrl`.
 * @throws AuthRedirectError `cross_site_request`
 */
export function checkSameOrigin({ headers }: HttpRequest, publicUrl: string | undefined): void {
  const site = headers['sec-fetch-site'];
  const isOurs = site === undefined ? isOwnOrigin(headers, publicUrl) : site === 'same-origin';
  if (!isOurs) throw new AuthRedirectError('cross_site_request');
}

/** Without `publicUrl`, compares only the hosts: only the proxy in front knows the scheme. */
function isOwnOrigin({ origin, host }: HttpRequest['headers'], publicUrl: string | undefined): boolean {
  if (typeof origin !== 'string' || !URL.canParse(origin)) return false;
  const { origin: canonical, host: originHost } = new URL(origin);
  return publicUrl === undefined ? origin === canonical && originHost === host : origin === new URL(publicUrl).origin;
}

/** @throws AuthRedirectError `form_not_valid`, `form_too_large`, `form_incomplete`, `request_timeout` */
export async function readForm(request: FormRequest): Promise<FormValues> {
  const { headers, body } = request;
  const [contentType = ''] = String(headers['content-type'] ?? '').split(';', 1);
  if (contentType.trim().toLowerCase() !== FORM_TYPE) throw new AuthRedirectError('form_not_valid');
  if (Number(headers['content-length']) > FORM_MAX_BYTES) throw new AuthRedirectError('form_too_large');
  if (typeof body === 'string' || Buffer.isBuffer(body)) return parse(body.toString());
  if (typeof body === 'object' && body !== null) return fieldsOf(Object.entries(body));
  return parse((await inTime(streamed('raw' in request ? request.raw : request))).toString('utf8'));
}

/**
 * Returns undefined if the host has parsed the body and kept no `rawBody`.
 *
 * @throws AuthRedirectError `form_too_large`, `form_incomplete`, `request_timeout`
 */
export async function readBytes(request: FormRequest): Promise<Buffer | undefined> {
  const { body, rawBody = body } = request;
  if (rawBody === undefined || rawBody === null) return inTime(streamed('raw' in request ? request.raw : request));
  const bytes = typeof rawBody === 'string' ? Buffer.from(rawBody) : rawBody;
  if (!Buffer.isBuffer(bytes)) return undefined;
  if (bytes.length > FORM_MAX_BYTES) throw new AuthRedirectError('form_too_large');
  return bytes;
}

/** @throws AuthRedirectError `form_not_valid` */
export function readQuery({ url }: Pick<HttpRequest, 'url'>): FormValues {
  return parse(queryOf(url));
}

/** @param t Translates messages that are keys of locale files. The decorator's `context` contains the values of placeholders. */
export async function validateForm<Form extends object>(
  type: Type<Form>,
  values: FormValues,
  t: Translate,
): Promise<{ readonly form: Form; readonly messages: Readonly<Record<string, string>> }> {
  const form = plainToInstance(type, values);
  // forbidUnknownValues would reject a form class without fields.
  const problems = await validate(form, { whitelist: true, forbidUnknownValues: false });
  const messages = problems.map(({ property, constraints = {}, contexts = {} }) => {
    const [name = '', message = ''] = Object.entries(constraints)[0] ?? [];
    const placeholders: Parameters<Translate>[1] = contexts[name];
    return [property, t(message, placeholders)];
  });
  return { form, messages: Object.fromEntries(messages) };
}

async function streamed(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // The request stays open after an error, so that the answer can still be sent.
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk))
        throw new TypeError('the request has an encoding, so its body is text and not bytes');
      bytes += chunk.length;
      if (bytes > FORM_MAX_BYTES) throw new AuthRedirectError('form_too_large');
      chunks.push(chunk);
    }
  } catch (cause) {
    throw stream.destroyed ? new AuthRedirectError('form_incomplete', { cause }) : cause;
  }
  return Buffer.concat(chunks);
}

async function inTime<Content>(content: Promise<Content>): Promise<Content> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new AuthRedirectError('request_timeout')), FORM_MS);
  });
  return Promise.race([content, late]).finally(() => clearTimeout(timer));
}

function parse(text: string): FormValues {
  const query = new URLSearchParams(text);
  if (query.size > FORM_MAX_FIELDS) throw new AuthRedirectError('form_not_valid');
  const entries = [...new Set(query.keys())].map((name): [string, unknown] => {
    const values = query.getAll(name);
    return [name, values.length > 1 ? values : values[0]];
  });
  return fieldsOf(entries);
}

/** Drops values that a form cannot contain. */
function fieldsOf(entries: readonly [string, unknown][]): FormValues {
  if (entries.length > FORM_MAX_FIELDS) throw new AuthRedirectError('form_not_valid');
  const isText = (value: unknown): boolean => typeof value === 'string';
  const fields = entries.filter(
    (field): field is [string, string | string[]] =>
      !FORBIDDEN_NAMES.includes(field[0]) && [field[1]].flat().every(isText),
  );
  return Object.fromEntries(fields);
}
