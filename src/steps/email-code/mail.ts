import { textIn, type LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import type { StepContext } from '../../auth-redirect/steps/step.js';

export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Language of the texts (RFC 5646). */
  readonly language: string;
}

/** Marks the place of a value in a translated text. */
export const PLACE = '\u0000';

/**
 * Returns the mail with the code, in the language of the login. It has no link, so that users do not get used to links that anyone could
 * forge.
 *
 * @param minutes Minutes for which the code is valid.
 */
export async function mailOf(
  { t, locale, renderMail }: Pick<StepContext, 't' | 'locale' | 'renderMail'>,
  code: string,
  minutes: number,
  product: LocalizedText = '',
): Promise<Mail> {
  const name = textIn(product, locale);
  const subject = [t('emailCode.mailSubject', { code }), name].filter(Boolean).join(' · ');
  const [before = '', after = ''] = t('emailCode.mailText', { code: PLACE, count: minutes }).split(PLACE);
  const texts = { subject, product: name, before, code, after, warning: t('emailCode.mailWarning') };
  return { subject, language: locale, ...(await renderMail('email-code', texts)) };
}
