import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookRequest } from '../../../auth-redirect/steps/step.js';

/**
 * Describes a vendor's HMAC-SHA256 signature of a webhook.
 *
 * @publicApi
 */
export interface SignatureScheme {
  /** Header with the signature, like `X-Signature`. */
  readonly header: string;
  /** Encoding of the signature. Default: `hex`. */
  readonly encoding?: 'hex' | 'base64';
  /** Text before the signature, like `sha256=`. Default: none. */
  readonly prefix?: string;
  /** Header with the time, in seconds since 1970. Default: none; the time is not checked. */
  readonly timestampHeader?: string;
  /** Signed text, which ends with `{body}`. Default: `{timestamp}.{body}` with `timestampHeader`, else `{body}`. */
  readonly content?: string;
}

/** Schemes of vendors whose header contains both time and signatures: `t=1795435200,v1=5257a8…`. */
export const LISTED_SCHEMES = {
  /** The header has several `v1` while a secret is rotated: https://docs.stripe.com/webhooks#verify-manually */
  stripe: 'stripe-signature',
  /** The header has several lists, separated by spaces, while a secret is rotated: https://docs.withpersona.com/webhooks-best-practices */
  persona: 'persona-signature',
} as const;

/**
 * Names a scheme whose header contains both time and signatures: `stripe` or `persona`.
 *
 * @publicApi
 */
export type ListedScheme = keyof typeof LISTED_SCHEMES;

const HEADER_MAX_LENGTH = 4096;
const LISTS_MAX = 5;
const SIGNATURES_MAX = 10;
const TIMESTAMP = /^\d{1,12}$/;

interface Signed {
  /** The part of the signed text before the body. */
  readonly begin: string;
  /** Seconds since 1970; undefined if the scheme has no time. */
  readonly timestamp: number | undefined;
  readonly signatures: readonly Buffer[];
}

/**
 * Returns whether the vendor has signed a request.
 *
 * @param now Seconds since 1970.
 * @param tolerance Maximum seconds between the time of the request and now.
 */
export function isSigned(
  { headers, body }: Pick<WebhookRequest, 'headers' | 'body'>,
  scheme: SignatureScheme | ListedScheme,
  secret: string,
  now: number,
  tolerance: number,
): boolean {
  const all = typeof scheme === 'string' ? listed(headerIn(headers, LISTED_SCHEMES[scheme])) : single(headers, scheme);
  return all.some(({ begin, timestamp, signatures }) => {
    if (timestamp !== undefined && !(Math.abs(now - timestamp) <= tolerance)) return false;
    const expected = createHmac('sha256', secret).update(begin).update(body).digest();
    return signatures.some((each) => each.length === expected.length && timingSafeEqual(each, expected));
  });
}

function listed(header: string): Signed[] {
  return header
    .split(' ')
    .slice(0, LISTS_MAX)
    .flatMap((list) => {
      const pairs = list.split(',').map((pair) => pair.split('=', 2));
      const time = pairs.find(([name]) => name === 't')?.[1] ?? '';
      const signatures = pairs.filter(([name]) => name === 'v1').slice(0, SIGNATURES_MAX);
      if (!TIMESTAMP.test(time)) return [];
      return {
        begin: `${time}.`,
        timestamp: Number(time),
        signatures: signatures.map(([, text = '']) => Buffer.from(text, 'hex')),
      };
    });
}

function single(headers: WebhookRequest['headers'], scheme: SignatureScheme): Signed[] {
  const { header, encoding = 'hex', prefix = '', timestampHeader } = scheme;
  const { content = timestampHeader === undefined ? '{body}' : '{timestamp}.{body}' } = scheme;
  const signature = headerIn(headers, header);
  const time = timestampHeader === undefined ? '' : headerIn(headers, timestampHeader);
  if (!signature.startsWith(prefix) || (timestampHeader !== undefined && !TIMESTAMP.test(time))) return [];
  return [
    {
      begin: content.slice(0, -'{body}'.length).replace('{timestamp}', time),
      timestamp: timestampHeader === undefined ? undefined : Number(time),
      signatures: [Buffer.from(signature.slice(prefix.length), encoding)],
    },
  ];
}

/** Returns a header that occurs once and is not too long; otherwise an empty string. */
function headerIn(headers: WebhookRequest['headers'], name: string): string {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' && value.length <= HEADER_MAX_LENGTH ? value : '';
}
