import { Readable } from 'node:stream';
import { readForm, type FormRequest } from '../../src/auth-redirect/steps/step-form.js';

const FORM = 'application/x-www-form-urlencoded';

/** Returns a request with an unread body, in pieces of one byte: the result must not depend on the pieces. */
function requestWith(body: string, headers: Record<string, string> = { 'content-type': FORM }): FormRequest {
  const stream = Readable.from(Array.from(Buffer.from(body), (byte) => Buffer.of(byte)));
  return Object.assign(stream, { method: 'POST', url: '/', headers }) as unknown as FormRequest;
}

/** Returns a request whose body the host's parser has read. */
function parsed(body: unknown): FormRequest {
  return { method: 'POST', url: '/', headers: { 'content-type': FORM }, body } as unknown as FormRequest;
}

describe('the form of a step', () => {
  it.each([
    ['a=1&b=%C3%A9+x', { a: '1', b: 'é x' }],
    ['a=1&a=2&b=', { a: ['1', '2'], b: '' }],
    ['', {}],
    ['__proto__=1&constructor=2&prototype=3&a=4', { a: '4' }],
  ])('%j is read into its fields', async (body, values) => {
    expect(await readForm(requestWith(body))).toEqual(values);
  });

  it('is read if the host has parsed it, without values that no form can have', async () => {
    const body = JSON.parse('{"a":"1","b":["2","3"],"c":{"d":"4"},"e":[{"f":"5"}],"__proto__":"6"}') as unknown;
    expect(await readForm(parsed(body))).toEqual({ a: '1', b: ['2', '3'] });
  });

  it.each(['text/plain', 'application/json', 'multipart/form-data; boundary=x', ''])(
    'is refused as %j',
    async (contentType) => {
      await expect(readForm(requestWith('a=1', { 'content-type': contentType }))).rejects.toMatchObject({
        code: 'form_not_valid',
      });
    },
  );

  it('is accepted with a charset', async () => {
    expect(await readForm(requestWith('a=1', { 'content-type': `${FORM}; charset=UTF-8` }))).toEqual({ a: '1' });
  });

  it('is refused above 64 KB, with and without Content-Length', async () => {
    expect(await readForm(requestWith(`a=${'x'.repeat(65_534)}`))).toEqual({ a: 'x'.repeat(65_534) });
    await expect(readForm(requestWith(`a=${'x'.repeat(65_535)}`))).rejects.toMatchObject({ code: 'form_too_large' });
    const announced = requestWith('a=1', { 'content-type': FORM, 'content-length': '65537' });
    await expect(readForm(announced)).rejects.toMatchObject({ code: 'form_too_large' });
  });

  it('is refused with more than 500 fields', async () => {
    const many = (count: number): string => Array.from({ length: count }, (_field, index) => `f${index}=1`).join('&');
    expect(Object.keys(await readForm(requestWith(many(500))))).toHaveLength(500);
    await expect(readForm(requestWith(many(501)))).rejects.toMatchObject({ code: 'form_not_valid' });
    await expect(readForm(requestWith('a=1&'.repeat(501)))).rejects.toMatchObject({ code: 'form_not_valid' });
  });
});
