import { textIn, type LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import type { StepContext } from '../../auth-redirect/steps/step.js';

/** The default alphabet of SMS (3GPP TS 23.038, section 6.2.1): one septet per character. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** The extension of this alphabet: two septets per character. */
const EXTENSION = '\f^{}\\[~]|€';

/** Limits of one message: septets, or 16-bit units if the text has other characters. */
const SEPTETS = 160;
const UNITS = 70;

/**
 * Returns the text of the message: product, code, and a last line that binds the code to the site (WICG, origin-bound one-time codes).
 * Omits the last line if the text would not fit into one message.
 *
 * @param host Host of the page. If undefined, the text has no last line.
 */
export function smsText(
  { t, locale }: Pick<StepContext, 't' | 'locale'>,
  code: string,
  product: LocalizedText,
  host: string | undefined,
): string {
  const sentence = [textIn(product, locale), t('smsCode.message', { code })].filter(Boolean).join(': ');
  const bound = `${sentence}\n@${host} #${code}`;
  return host !== undefined && isOneMessage(bound) ? bound : sentence;
}

export function isOneMessage(text: string): boolean {
  const characters = Array.from(text);
  const isBasic = characters.every((each) => BASIC.includes(each) || EXTENSION.includes(each));
  if (!isBasic) return text.length <= UNITS;
  return text.length + characters.filter((each) => EXTENSION.includes(each)).length <= SEPTETS;
}
