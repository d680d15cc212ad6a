import type { JsonWebKey } from 'node:crypto';
import { IsOptional } from 'class-validator';
import { type LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import { IsLocalizedText } from '../../auth-redirect/validation/validators.js';
import { findLinkProblem } from '../../auth-redirect/validation/problems.js';
import { validateWith } from '../../auth-redirect/validation/validators.js';
import {
  findAcceptedProblem,
  findClaimsProblem,
  findClockToleranceProblem,
  findErrorParameterProblem,
  findHandleClaimProblem,
  findHandleParameterProblem,
  findReturnToParameterProblem,
  findTextProblem,
  findTokenParameterProblem,
  findUnknownNamesProblem,
  findUrlProblem,
} from './external.problems.js';
import {
  fileProblemFinder,
  findAlgorithmProblem,
  findPublicKeyProblem,
  findSharedSecretProblem,
  keyProblemFinder,
} from './key.problems.js';
import { validateAmong } from './validate-among.js';
import type { VendorAlgorithm } from './vendor-algorithm.js';

/** Injection token of the {@link ExternalOptions}. */
export const EXTERNAL_OPTIONS = Symbol.for('nestjs-auth-redirect:external-options');

/**
 * What the vendor has to say for the login to go on.
 *
 * @publicApi
 */
export interface AcceptedResult {
  /** Name of the claim in the vendor's token, like `status`. */
  readonly claim: string;
  /** What it may be, to the letter, like `approved`: 1 to 20 texts, numbers, `true` or `false`. */
  readonly values: readonly (string | number | boolean)[];
}

/**
 * Where users are sent, and how the vendor's answer is verified. Mistakes stop the start.
 *
 * @publicApi
 */
export class ExternalOptions {
  /** What the vendor is called on the page, the same for everybody or by language. */
  @IsLocalizedText()
  vendor!: LocalizedText;

  /**
   * Where users are sent: https, except on localhost. Its own query stays as it is; handle and return address are added to it.
   */
  @validateAmong('isVendorUrl', findUrlProblem)
  url!: string;

  /** How the vendor signs: `HS256`, `RS256` or `ES256`. A token that says otherwise is refused. */
  @validateWith('isVendorAlgorithm', findAlgorithmProblem)
  algorithm!: VendorAlgorithm;

  /**
   * For HS256: what the vendor and this service alone know, 32 bytes or more, used as its UTF-8 bytes. Default: none, then
   * `secretFile` names it.
   */
  @validateAmong('isVendorSecret', keyProblemFinder('secret', findSharedSecretProblem))
  secret?: string;

  /** For HS256: a file that holds the secret, read at start; one line break at its end is not part of it. Default: none. */
  @validateAmong('isVendorSecretFile', keyProblemFinder('secretFile', fileProblemFinder(findSharedSecretProblem)))
  secretFile?: string;

  /**
   * For RS256 and ES256: where the vendor publishes its keys (RFC 7517), which are kept for 10 minutes. https, except on
   * localhost. Default: none, then `publicKey` or `publicKeyFile` has the key.
   */
  @validateAmong('isJwksUrl', keyProblemFinder('jwksUrl', findLinkProblem))
  jwksUrl?: string;

  /** For RS256 and ES256: the vendor's public key, in PEM or as a JWK. Choose `jwksUrl` where the vendor changes it. Default: none. */
  @validateAmong('isVendorPublicKey', keyProblemFinder('publicKey', findPublicKeyProblem))
  publicKey?: string | JsonWebKey;

  /** For RS256 and ES256: a file that holds the public key, read at start. Default: none. */
  @validateAmong('isVendorPublicKeyFile', keyProblemFinder('publicKeyFile', fileProblemFinder(findPublicKeyProblem)))
  publicKeyFile?: string;

  /** The `iss` of the vendor's token, compared to the letter. */
  @validateWith('isVendorIssuer', findTextProblem)
  issuer!: string;

  /** The `aud` of the vendor's token: how the vendor calls this service. A token that is also for others is refused. */
  @validateWith('isVendorAudience', findTextProblem)
  audience!: string;

  /** Names of the claims that the Action gets, 1 to 20; at most 4 KB of JSON together. One that is missing is `null`. */
  @validateWith('isListOfClaims', findClaimsProblem)
  claims!: readonly string[];

  /** What the vendor has to say; anything else denies the login with `external_declined`. Default: any result will do. */
  @IsOptional()
  @validateWith('isAcceptedResult', findAcceptedProblem)
  accepted?: AcceptedResult;

  /** The claim in which the vendor gives the handle back. Default: `handle`. */
  @IsOptional()
  @validateWith('isHandleClaim', findHandleClaimProblem)
  handleClaim?: string;

  /** How far the vendor's clock may be off, in seconds, 0 to 30; for `exp`, `nbf` and `iat`. Default: 5. */
  @IsOptional()
  @validateWith('isClockTolerance', findClockToleranceProblem)
  clockTolerance?: number;

  /** The parameter that gives the vendor the handle. Default: `handle`. */
  @IsOptional()
  @validateAmong('isHandleParameter', findHandleParameterProblem)
  handleParameter?: string;

  /** The parameter that tells the vendor where to send the user back to. Default: `return_to`. */
  @IsOptional()
  @validateWith('isReturnToParameter', findReturnToParameterProblem)
  returnToParameter?: string;

  /** The parameter in which the vendor's token comes back. Default: `token`. */
  @IsOptional()
  @validateAmong('isTokenParameter', findTokenParameterProblem)
  tokenParameter?: string;

  /** The parameter whose presence says that the user did not finish, whatever it holds. Default: `error`. */
  @IsOptional()
  @validateWith('isErrorParameter', findErrorParameterProblem)
  errorParameter?: string;

  /** No option: it stands for the names that there are not. */
  @validateAmong('isKnown', (_value, given) => findUnknownNamesProblem(given, Object.keys(new ExternalOptions())))
  readonly options?: never;
}
