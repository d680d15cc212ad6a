import Handlebars from 'handlebars';
import { Stencil } from '../../src/auth-redirect/pages/stencil.js';

const NAMES = ['nonce', 'state'] as const;
type Values = Record<(typeof NAMES)[number], string>;

const VALUES: readonly [string, Values][] = [
  ['plain text', { nonce: 'abc', state: 'def' }],
  ['nothing', { nonce: '', state: '' }],
  ['markup', { nonce: '"><script>alert(1)</script>', state: `&<>"'\`=` }],
  ['other scripts', { nonce: 'é中🎉', state: '\u2028\u0000' }],
  ['patterns of a replacement', { nonce: '$&$1$$', state: "$`$'" }],
  ['what looks like a mark', { nonce: '<nonce>', state: '{{nonce}}' }],
  ['one value in the other', { nonce: 'state', state: 'nonce' }],
];

const TEMPLATES: readonly [string, string][] = [
  ['each value once', '<p nonce="{{nonce}}">{{state}}</p>'],
  ['a value twice', '{{state}}{{state}} {{nonce}}'],
  ['a value that is not escaped', '{{{state}}} {{nonce}} {{state}}'],
  ['a value that is asked for', '{{#if nonce}}{{state}}{{/if}}'],
  ['no values', 'always the same'],
  ['nothing', ''],
];

describe.each(TEMPLATES)('a stencil of a template with %s', (_name, source) => {
  const template = Handlebars.compile(source, { strict: true });
  const stencil = new Stencil(NAMES, (values) => template(values));

  it.each(VALUES.filter(([name]) => name !== 'nothing' || !source.includes('#if')))(
    'is filled with %s as the template is',
    (_values, values) => {
      expect(stencil.filled(values)).toBe(template(values));
    },
  );
});

describe('a stencil', () => {
  it('asks the template once', () => {
    const render = jest.fn(({ state }: Values) => `<p>${state}</p>`);
    const stencil = new Stencil(NAMES, render);
    expect(['a', 'b'].map((state) => stencil.filled({ nonce: '', state }))).toEqual(['<p>a</p>', '<p>b</p>']);
    expect(render).toHaveBeenCalledTimes(1);
  });
});
