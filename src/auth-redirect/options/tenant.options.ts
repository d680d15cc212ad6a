import 'reflect-metadata';
import { plainToInstance, Transform, Type } from 'class-transformer';
import { IsDefined, IsOptional, Matches, ValidateNested } from 'class-validator';
import { BrandingOptions } from './branding.options.js';
import * as rules from '../validation/problems.js';
import { IfSet, validateWith } from '../validation/validators.js';

/**
 * Configures one `iss` of a tenant's session tokens.
 *
 * @publicApi
 */
export class IssuerOptions {
  /** Exact `iss`: a host, or a URL if the Action's payload sets one. */
  @validateWith('isIssuer', rules.findIssuerProblem)
  issuer!: string;

  /** URL that the continue page of this issuer posts to. Default: `https://<host of the issuer>/continue`. */
  @IfSet(rules.findContinueUrlProblem)
  continueUrl?: string;
}

/**
 * Configures the signing secrets of a tenant's Action: as values, as files, or in a directory.
 *
 * Changed files are read again within a second, and before a token is rejected. An invalid secret does not replace the one in use.
 *
 * @publicApi
 */
export class KeysOptions {
  /** Current secret. Its UTF-8 bytes are the key (RFC 7518 section 3.2). */
  @IfSet(rules.findSecretProblem)
  current?: string;

  /** File with the current secret. A final line break is ignored. */
  @IfSet(rules.findPathProblem)
  currentFile?: string;

  /** The secret before a rotation. It still verifies tokens, and signs the replies to them. Default: none. */
  @IfSet(rules.findSecretProblem)
  previous?: string;

  /** File with the previous secret. An empty or missing file means none. */
  @IfSet(rules.findPathProblem)
  previousFile?: string;

  /** Directory with the files `current` and, during a rotation, `previous`: a mounted Secret. */
  @IfSet(rules.findPathProblem)
  directory?: string;
}

/**
 * Configures one Auth0 tenant with its custom domains.
 *
 * @publicApi
 */
export class TenantOptions {
  /** Name in logs and metrics: a-z, 0-9, `.`, `_` and `-`, up to 60 characters. */
  @Matches(rules.PLAIN_NAME, { message: 'is not a name of a-z, 0-9, ., _ and -, up to 60 characters' })
  name!: string;

  /** Every `iss` of the tenant: host, custom domains and URL forms. A string is short for `{ issuer: … }`. */
  @validateWith('isList', (value) => rules.findListProblem(value, 'issuers'))
  @ValidateNested({ each: true, message: 'is not an issuer' })
  @Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(issuerOptions) : value))
  issuers!: readonly (IssuerOptions | string)[];

  /** The signing secrets of the tenant's Action. */
  @IsDefined({ message: 'is missing: the secrets that the Action signs with' })
  @ValidateNested({ message: 'is not an object' })
  @Type(() => KeysOptions)
  keys!: KeysOptions;

  /** Like {@link AuthRedirectOptions.audience}. Default: the module's option. */
  @IfSet(rules.findTextProblem)
  audience?: string;

  /** Like {@link AuthRedirectOptions.continueTokenLifetime}, in seconds. Default: the module's option. */
  @IfSet(rules.findLifetimeProblem)
  continueTokenLifetime?: number;

  /** Like {@link AuthRedirectOptions.defaultSteps}. Default: the module's option. */
  @IfSet(rules.findStepIdsProblem)
  defaultSteps?: readonly string[];

  /** Query parameter of the session token, as in the Action's `sendUserTo`. Default: the module's option. */
  @IfSet(rules.findParameterProblem)
  sessionTokenParameter?: string;

  /** Form field of the continue token: `tokenParameterName` of the Action's `validateToken`. Default: the module's option. */
  @IfSet(rules.findParameterProblem)
  continueTokenParameter?: string;

  /** Like {@link AuthRedirectOptions.signInUrl}. Default: the module's option. */
  @IfSet(rules.findLinkProblem)
  signInUrl?: string;

  /** Logo, colors and links of the tenant's pages. Default: the module's option. */
  @IsOptional()
  @ValidateNested({ message: 'is not an object' })
  @Type(() => BrandingOptions)
  branding?: BrandingOptions;
}

function issuerOptions(given: unknown): unknown {
  if (typeof given === 'string') return Object.assign(new IssuerOptions(), { issuer: given });
  return typeof given === 'object' && given !== null ? plainToInstance(IssuerOptions, given) : given;
}
