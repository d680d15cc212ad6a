import type { IncomingMessage } from 'node:http';
import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { AuthRedirectError } from '../errors.js';
import type { Translate } from '../locales/locales.js';
import type { HttpRequest } from '../http/answer.js';

/** The fields of a query. */
export function readQuery({ url }: Pick<HttpRequest, 'url'>): FormValues {
  return ofText(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
}

/** The one encoding of forms that is read. */
export const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Largest form that is read, in bytes. */
export const FORM_MAX_BYTES = 65_536;

/** Most fields that are read. */
export const FORM_MAX_FIELDS = 500;

/** What a form posted, by field name; a field that is there several times is a list. */
export type FormValues = Readonly<Record<string, string | readonly string[]>>;

/** What `@Req()` gives where the host's body parser has been at work, or has not. */
export type FormRequest = HttpRequest & { readonly body?: unknown } & (
    IncomingMessage | { readonly raw: IncomingMessage }
  );

/**
 * The fields of an `application/x-www-form-urlencoded` body.
 *
 * @throws AuthRedirectError `form_not_valid`, `form_too_large`
 */
export async function readForm(request: FormRequest): Promise<FormValues> {
  const contentType = String(request.headers['content-type'] ?? '')
    .split(';', 1)[0]
    ?.trim()
    .toLowerCase();
  if (contentType !== FORM_TYPE) throw new AuthRedirectError('form_not_valid');
  if (Number(request.headers['content-length']) > FORM_MAX_BYTES) throw new AuthRedirectError('form_too_large');
  if (typeof request.body === 'string' || Buffer.isBuffer(request.body)) return ofText(request.body.toString());
  if (isRecord(request.body)) return ofParsedBody(request.body);
  return ofText(await textOf('raw' in request ? request.raw : request));
}

/**
 * A form as an instance of its class, and what is wrong with it, one message a field.
 *
 * @param t Translates the messages of the form's decorators where they are keys of the locale files; the places in such a text
 *   are filled from the decorator's `context`.
 */
export async function validateForm<Form extends object>(
  type: Type<Form>,
  values: FormValues,
  t: Translate,
): Promise<{ readonly form: Form; readonly messages: Readonly<Record<string, string>> }> {
  const form = plainToInstance(type, values);
  // Without forbidUnknownValues, which refuses a form that has no fields at all.
  const problems = await validate(form, { whitelist: true, forbidUnknownValues: false });
  const messages = problems.map(({ property, constraints = {}, contexts = {} }) => {
    const [name = '', message = ''] = Object.entries(constraints)[0] ?? [];
    const places: Parameters<Translate>[1] = contexts[name];
    return [property, t(message, places)];
  });
  return { form, messages: Object.fromEntries(messages) };
}

async function textOf(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // A request that is left early must not be destroyed: it is still to be answered.
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('the request is read as text by somebody else');
    bytes += chunk.length;
    if (bytes > FORM_MAX_BYTES) throw new AuthRedirectError('form_too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** @throws AuthRedirectError `form_not_valid` for more fields than any form has. */
function ofText(text: string): FormValues {
  const fields = new Map<string, string | string[]>();
  let count = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    count += 1;
    if (count > FORM_MAX_FIELDS) throw new AuthRedirectError('form_not_valid');
    const known = fields.get(name);
    fields.set(name, known === undefined ? value : [known, value].flat());
  }
  return Object.fromEntries([...fields].filter(([name]) => isPlainName(name)));
}

function ofParsedBody(body: Record<string, unknown>): FormValues {
  const isText = (value: unknown): value is string => typeof value === 'string';
  const isValue = (value: unknown): value is string | string[] =>
    isText(value) || (Array.isArray(value) && value.every(isText));
  if (Object.keys(body).length > FORM_MAX_FIELDS) throw new AuthRedirectError('form_not_valid');
  const fields = Object.entries(body).filter((field): field is [string, string | string[]] => isValue(field[1]));
  return Object.fromEntries(fields.filter(([name]) => isPlainName(name)));
}

/** A name that could reach a prototype is no field. */
function isPlainName(name: string): boolean {
  return !['__proto__', 'constructor', 'prototype'].includes(name);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
