'use strict';
// Reads just as much HTML as a robot needs that fills in a form or follows a link. CommonJS, so that Jest can require it.

const NAMED = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const decode = (text) =>
  text.replace(/&(?:#x([\da-f]+)|#(\d+)|(amp|lt|gt|quot|apos));/gi, (_all, hex, decimal, name) =>
    name ? NAMED[name.toLowerCase()] : String.fromCodePoint(parseInt(hex ?? decimal, hex ? 16 : 10)),
  );

/** The attributes of one tag, by name in lower case. */
function attributesOf(tag) {
  const found = tag.matchAll(/([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g);
  return Object.fromEntries(
    [...found]
      .slice(1)
      .map(([, name, ...values]) => [name.toLowerCase(), decode(values.find((v) => v !== undefined) ?? '')]),
  );
}

/**
 * @param {string} html
 * @returns {{ method: string, action: string, fields: Record<string, string>, passwordField?: string }[]}
 */
function formsIn(html) {
  return [...html.matchAll(/(<form\b[^>]*>)(.*?)<\/form>/gis)].map(([, open, body]) => {
    const { method = 'get', action = '' } = attributesOf(open);
    const inputs = [...body.matchAll(/<input\b[^>]*>/gi)].map(([tag]) => attributesOf(tag)).filter(({ name }) => name);
    return {
      method: method.toUpperCase(),
      action,
      fields: Object.fromEntries(inputs.map(({ name, value = '' }) => [name, value])),
      passwordField: inputs.find(({ type }) => type === 'password')?.name,
    };
  });
}

/**
 * @param {string} html
 * @returns {string[]} where the links of the page lead
 */
function linksIn(html) {
  return [...html.matchAll(/<a\b[^>]*>/gi)].map(([tag]) => attributesOf(tag).href).filter(Boolean);
}

/**
 * @param {string} html
 * @param {string} element such as `h1`
 * @returns {string} the text of the first such element, or nothing
 */
function textOf(html, element) {
  const [, text = ''] = new RegExp(`<${element}\\b[^>]*>(.*?)</${element}>`, 'is').exec(html) ?? [];
  return decode(text.replace(/<[^>]*>/g, '')).trim();
}

module.exports = { formsIn, linksIn, textOf };
