import Handlebars from 'handlebars/runtime.js';
import { createInstance } from 'i18next';
import { textIn, type LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import type { StepContext } from '../../auth-redirect/steps/step.js';

/** What a mail says. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Language of the texts (RFC 5646). */
  readonly language: string;
}

interface MailContent {
  readonly code: string;
  /** For how many minutes the code is good. */
  readonly minutes: number;
  readonly product: LocalizedText | undefined;
}

/** A place in a text that is filled with something else than text. */
export const PLACE = '\u0000';

const PAGE = 'margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif';
const CODE = 'display:inline-block;font:700 28px/1.6 monospace;letter-spacing:.15em';

/** The mail with the code, in the language of the login. It has no link: who is used to them falls for a forged one. */
export function mailOf({ t, locale }: Pick<StepContext, 't' | 'locale'>, content: MailContent): Mail {
  const { code, minutes } = content;
  const product = content.product === undefined ? '' : textIn(content.product, locale);
  const textWith = (shown: string): string => t('emailCode.mailText', { code: shown, count: minutes });
  const warning = t('emailCode.mailWarning');
  const subject = [t('emailCode.mailSubject', { code }), product].filter(Boolean).join(' · ');
  const paragraphs = [
    ...(product ? [`<p><strong>${escaped(product)}</strong></p>`] : []),
    `<p>${escaped(textWith(PLACE)).replace(PLACE, `<strong dir="ltr" style="${CODE}">${code}</strong>`)}</p>`,
    `<p>${escaped(warning)}</p>`,
  ];
  return {
    subject,
    text: [product, textWith(code), warning].filter(Boolean).join('\n\n').concat('\n'),
    html: documentOf(subject, paragraphs, locale),
    language: locale,
  };
}

/** Mail programs drop `html` and `body`: language and direction stand at what is left, too. */
function documentOf(title: string, paragraphs: readonly string[], locale: string): string {
  const language = `lang="${escaped(locale)}" dir="${createInstance().dir(locale)}"`;
  return `<!doctype html>
<html ${language}>
<head><meta charset="utf-8"><title>${escaped(title)}</title></head>
<body style="${PAGE}">
<div ${language}>
${paragraphs.join('\n')}
</div>
</body>
</html>
`;
}

const escaped = (text: string): string => Handlebars.escapeExpression(text);
