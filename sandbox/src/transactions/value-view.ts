import { html, type Html } from '../pages/html.js';
import type { Json, JsonObject } from '../json.js';
import type { TokenView } from './transaction.js';

/** Scrolls sideways. Keyboard users can focus the element to scroll. */
export function jsonBlock(label: string, value: Json): Html {
  return block(label, JSON.stringify(value, null, 2));
}

export function block(label: string, text: string): Html {
  return html`<pre tabindex="0" role="group" aria-label="${label}"><code>${text}</code></pre>`;
}

export function pairs(values: JsonObject): Html {
  const entries = Object.entries(values);
  if (entries.length === 0) return html`<p class="hint">Nothing.</p>`;
  return html`<dl class="facts">
    ${entries.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd><code>${typeof value === 'string' ? value : JSON.stringify(value)}</code></dd>`,
    )}
  </dl>`;
}

/** Folds long texts that few users read. */
export function more(summary: string, body: Html): Html {
  return html`<details>
    <summary>${summary}</summary>
    ${body}
  </details>`;
}

export function tokenView({ parameter, raw, header, claims }: TokenView, at: string): Html {
  if (!claims || !header) return html`<p><code>${parameter}</code> looks like a token but cannot be decoded.</p>`;
  return html`<div class="token">
    <h3>${parameter}</h3>
    <p class="hint">Header <code>${JSON.stringify(header)}</code>${lifetime(claims, at)}</p>
    ${jsonBlock(`Claims of ${parameter}`, claims)} ${more('As it was sent', block(`${parameter}, as it was sent`, raw))}
  </div>`;
}

function lifetime({ exp }: JsonObject, at: string): string {
  if (typeof exp !== 'number') return ' · no exp';
  const seconds = Math.round(exp - Date.parse(at) / 1000);
  return seconds >= 0 ? ` · expires in ${seconds} s` : ` · expired ${-seconds} s ago`;
}
