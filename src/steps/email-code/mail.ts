import Handlebars from 'handlebars/runtime.js';
import { createInstance } from 'i18next';
import { textIn, type LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import type { StepContext } from '../../auth-redirect/steps/step.js';

/** A mail in one language. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Language of the texts (RFC 5646). */
  readonly language: string;
}

/** Marks where HTML goes into a translated text. */
export const PLACE = '\u0000';

const PAGE = 'margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif';
const CODE = 'display:inline-block;font:700 28px/1.6 monospace;letter-spacing:.15em';

/**
 * Returns the mail with the code, in the language of the login. It has no link, so that users do not get used to links that
 * anyone could forge.
 *
 * @param minutes For how long the code is valid.
 */
export function mailOf(
  { t, locale }: Pick<StepContext, 't' | 'locale'>,
  code: string,
  minutes: number,
  product: LocalizedText = '',
): Mail {
  const name = textIn(product, locale);
  const textWith = (shown: string): string => t('emailCode.mailText', { code: shown, count: minutes });
  const warning = t('emailCode.mailWarning');
  const subject = [t('emailCode.mailSubject', { code }), name].filter(Boolean).join(' · ');
  const paragraphs = [
    ...(name ? [`<p><strong>${escaped(name)}</strong></p>`] : []),
    `<p>${escaped(textWith(PLACE)).replace(PLACE, `<strong dir="ltr" style="${CODE}">${code}</strong>`)}</p>`,
    `<p>${escaped(warning)}</p>`,
  ];
  return {
    subject,
    text: [name, textWith(code), warning].filter(Boolean).join('\n\n').concat('\n'),
    html: documentOf(subject, paragraphs, locale),
    language: locale,
  };
}

/** Mail programs remove `html` and `body`, so language and direction are also on the element that remains. */
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
