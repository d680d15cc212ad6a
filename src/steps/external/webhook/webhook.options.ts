import { findFileProblem } from '../../../auth-redirect/files.js';
import { isJsonObject, type JsonObject } from '../../../auth-redirect/json.js';
import { findFrameProblem, findWholeNumberProblem } from '../../../auth-redirect/validation/problems.js';
import { IfSet, validateWith } from '../../../auth-redirect/validation/validators.js';
import { VendorAnswerOptions } from '../answers/vendor-answer.options.js';
import { LISTED_SCHEMES, type ListedScheme, type SignatureScheme } from './signature.js';

/** Size limit of the file with the secret, in bytes. */
export const SECRET_FILE_MAX_BYTES = 8192;

const SECRET_MIN_BYTES = 16;
const TOLERANCE_MIN_SECONDS = 10;
const TOLERANCE_MAX_SECONDS = 600;
const HEADER_NAME = /^[\w-]{1,100}$/;
const MEMBERS = ['header', 'encoding', 'prefix', 'timestampHeader', 'content'];

/**
 * Configures how the vendor sends its result to `<redirect endpoint>/steps/<id>/webhook`.
 *
 * @publicApi
 */
export class WebhookOptions extends VendorAnswerOptions {
  /** The vendor's signature scheme: `stripe`, `persona`, or a description of the headers. */
  @validateWith('isSignatureScheme', findSchemeProblem)
  signature!: ListedScheme | SignatureScheme;

  /** Secret of the signature, 16 bytes or more. Its UTF-8 bytes are the key. Default: none; use `secretFile`. */
  @validateWith('isSecret', (value, { secretFile }) => findSecretOptionProblem(value, secretFile))
  secret?: string;

  /** File with the secret, read at startup. A final line break is ignored. Default: none. */
  @IfSet((path) => findFileProblem(path, SECRET_FILE_MAX_BYTES, findWebhookSecretProblem))
  secretFile?: string;

  /** Maximum difference between the signature's time and the service's clock, in seconds, 10 to 600. Default: 300. */
  @validateWith('isTolerance', (value) =>
    findWholeNumberProblem(value, TOLERANCE_MIN_SECONDS, TOLERANCE_MAX_SECONDS, 'of seconds '),
  )
  tolerance?: number = 300;
}

/** The type of {@link WebhookOptions} with their defaults. */
export class WebhookSettings extends WebhookOptions {
  declare claims: Readonly<Record<string, string>>;
  declare tolerance: number;
}

function findSchemeProblem(value: unknown): string | undefined {
  if (typeof value === 'string' && Object.hasOwn(LISTED_SCHEMES, value)) return undefined;
  if (!isJsonObject(value)) return 'is none of stripe, persona, or a section like { header: X-Signature }';
  const other = Object.keys(value).find((name) => !MEMBERS.includes(name));
  if (other !== undefined) return `has an unknown member (known: ${MEMBERS.join(', ')})`;
  return findMemberProblem(value);
}

function findMemberProblem({ header, encoding, prefix, timestampHeader, content }: JsonObject): string | undefined {
  const isHeader = (name: unknown): boolean => typeof name === 'string' && HEADER_NAME.test(name);
  if (!isHeader(header)) return 'has no valid header: name one, like X-Signature';
  if (encoding !== undefined && encoding !== 'hex' && encoding !== 'base64')
    return 'has an encoding other than hex and base64';
  if (prefix !== undefined && typeof prefix !== 'string') return 'has a prefix that is not a text';
  if (timestampHeader !== undefined && !isHeader(timestampHeader))
    return 'has no valid timestampHeader: name a header, like X-Timestamp';
  if (content === undefined) return undefined;
  const isContent = typeof content === 'string' && content.endsWith('{body}');
  if (!isContent) return 'has a content that does not end with {body}';
  return content.includes('{timestamp}') === (timestampHeader !== undefined)
    ? undefined
    : 'needs both timestampHeader and {timestamp} in content, or neither';
}

function findSecretOptionProblem(value: unknown, secretFile: unknown): string | undefined {
  if (value === undefined) return secretFile === undefined ? 'is missing: set secret or secretFile' : undefined;
  return secretFile === undefined ? findWebhookSecretProblem(value) : 'and secretFile are both set: remove one';
}

function findWebhookSecretProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'is not a text (quote it)';
  const bytes = Buffer.byteLength(value);
  return bytes < SECRET_MIN_BYTES ? `has ${bytes} bytes, not ${SECRET_MIN_BYTES} or more` : findFrameProblem(value);
}
