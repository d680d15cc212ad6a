import Handlebars from 'handlebars/runtime.js';
import type { Choice, Preview } from './preview.js';

interface Selection extends Pick<Choice, 'tenant' | 'locale'> {
  /** Name of the page, like `step/terms`. */
  readonly page: string;
  readonly nonce: string;
}

const WIDTHS = [320, 390, 1024];
const SCHEMES = ['light', 'dark'];

const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; display: grid; grid-template-columns: 16rem 1fr; }
header { grid-column: 1 / -1; padding: .75rem 1rem; border-bottom: 1px solid GrayText; }
h1 { margin: 0; font-size: 1.125rem; }
form { display: flex; gap: .5rem 1rem; flex-wrap: wrap; align-items: center; margin-top: .5rem; }
nav { padding: 1rem; overflow-wrap: anywhere; }
ul { margin: 0; padding: 0; list-style: none; }
li { padding: .2rem 0; }
[aria-current] { font-weight: 700; }
main { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 1rem; padding: 1rem; min-width: 0; }
figure { margin: 0; max-width: 100%; }
iframe { display: block; max-width: 100%; border: 1px solid GrayText; }
`;

export function galleryPage({ names, locales, tenants }: Preview, shown: Selection): string {
  const { page, tenant, locale, nonce } = shown;
  const query = `tenant=${encodeURIComponent(tenant)}&locale=${locale}`;
  const links = names.map((name) => link(`/?page=${name}&${query}`, name, name === page));
  const frames = SCHEMES.flatMap((scheme) =>
    WIDTHS.map((width) => frame(`/pages/${page}?${query}&scheme=${scheme}`, `${width} px, ${scheme}`, width)),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(page)}: preview of the pages</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<header>
<h1>Preview of the pages</h1>
<form>
<input type="hidden" name="page" value="${escaped(page)}">
${select('locale', 'Language', locales, locale)}
${select('tenant', 'Tenant', tenants, tenant)}
<button>Show</button>
</form>
</header>
<nav aria-label="Pages"><ul>
${links.join('\n')}
</ul></nav>
<main>
${frames.join('\n')}
</main>
</body>
</html>
`;
}

function link(href: string, name: string, isCurrent: boolean): string {
  return `<li><a href="${escaped(href)}"${isCurrent ? ' aria-current="page"' : ''}>${escaped(name)}</a></li>`;
}

function frame(source: string, title: string, width: number): string {
  return `<figure><figcaption>${title}</figcaption>
<iframe src="${escaped(source)}" title="${title}" width="${width}" height="700"></iframe></figure>`;
}

function select(name: string, label: string, values: readonly string[], chosen: string): string {
  const options = values.map(
    (value) => `<option${value === chosen ? ' selected' : ''} value="${escaped(value)}">${escaped(value)}</option>`,
  );
  return `<label>${label} <select name="${name}">${options.join('')}</select></label>`;
}

function escaped(text: string): string {
  return Handlebars.escapeExpression(text);
}
