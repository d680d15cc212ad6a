// The documentation site: npm run docs:dev, npm run docs:build. The pages stay readable on GitHub, so they are plain Markdown.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { anchorOf } from '../../tools/heading-anchors.mjs';

const docs = fileURLToPath(new URL('..', import.meta.url));
const root = resolve(docs, '..');
const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const address = repository.url.replace(/^git\+|\.git$/g, '');

/** Returns the entries of a folder by the titles of its pages, those in `first` at the top in that order. */
function pagesOf(folder, first = []) {
  const files = readdirSync(join(docs, folder)).filter((file) => file.endsWith('.md') && file !== 'index.md');
  const rank = (file) => (first.includes(file.slice(0, -3)) ? first.indexOf(file.slice(0, -3)) : first.length);
  return files
    .map((file) => ({ file, text: titleOf(join(folder, file)), link: `/${folder}/${file.slice(0, -3)}` }))
    .toSorted((a, b) => rank(a.file) - rank(b.file) || a.text.localeCompare(b.text))
    .map(({ text, link }) => ({ text, link }));
}

function titleOf(file) {
  const [, title = file] = /^# (.+)$/m.exec(readFileSync(join(docs, file), 'utf8')) ?? [];
  return title.replaceAll('`', '');
}

/** Leads links to files outside of docs/ to the repository: the site has no pages for them. */
function linkToRepository(markdown) {
  markdown.core.ruler.push('repository-links', ({ tokens, env }) => {
    for (const { children } of tokens) {
      for (const token of children ?? []) {
        const href = token.type === 'link_open' ? token.attrGet('href') : null;
        if (href && !/^(?:[a-z]+:|#|\/)/i.test(href)) token.attrSet('href', siteLink(href, env.path));
      }
    }
  });
}

function siteLink(href, page) {
  const [path, anchor] = href.split('#');
  const target = relative(root, resolve(dirname(page), path));
  const isPage = target.startsWith('docs/') && /(?:\.md|\/)$/.test(path);
  return isPage ? href : `${address}/blob/main/${target}${anchor ? `#${anchor}` : ''}`;
}

/** Shows braces as text: Vue would evaluate what is between them. */
function escapeBraces({ renderer: { rules } }) {
  for (const type of ['text', 'code_inline']) {
    const render = rules[type];
    rules[type] = (...values) => render(...values).replaceAll('{{', '&#123;&#123;');
  }
}

export default {
  title: 'nestjs-auth-redirect',
  description: 'Add your own steps to an Auth0 login.',
  srcExclude: ['api/README.md'],
  cleanUrls: true,
  lastUpdated: false,
  // The pictures of the gallery need the width.
  transformPageData: ({ relativePath }) =>
    relativePath === 'reference/pages.md' ? { frontmatter: { aside: false } } : undefined,
  markdown: {
    anchor: { slugify: anchorOf },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: (markdown) => {
      linkToRepository(markdown);
      escapeBraces(markdown);
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Tutorials', link: '/tutorials/first-login' },
      { text: 'How-to', link: '/how-to/production-checklist' },
      { text: 'Reference', link: '/reference/configuration' },
      { text: 'Explanation', link: '/explanation/how-a-login-works' },
    ],
    sidebar: [
      { text: 'Tutorials', items: pagesOf('tutorials', ['first-login', 'custom-step', 'nest-application', 'sandbox']) },
      {
        text: 'How-to',
        items: [
          ...pagesOf('how-to', ['production-checklist', 'troubleshooting', 'docker', 'kubernetes', 'action']),
          { text: 'Behind a proxy', items: pagesOf('how-to/proxies') },
        ],
      },
      { text: 'Ready-made steps', items: [{ text: 'Overview', link: '/steps/' }, ...pagesOf('steps')] },
      {
        text: 'Reference',
        items: [
          ...pagesOf('reference', ['configuration', 'tokens', 'refusals', 'log', 'metrics', 'limits', 'cli']),
          {
            text: 'API',

            items: [{ text: 'nestjs-auth-redirect', link: '/api/' }, ...pagesOf('api'), ...pagesOf('api/steps')],
          },
        ],
      },
      { text: 'Explanation', items: pagesOf('explanation', ['how-a-login-works', 'architecture']) },
    ],
    socialLinks: [{ icon: 'github', link: address }],
  },
};
