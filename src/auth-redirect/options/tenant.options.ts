import 'reflect-metadata';
import { plainToInstance, Transform, Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsArray,
  IsDefined,
  IsOptional,
  IsString,
  Matches,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { BrandingOptions } from './branding.options.js';
import { IsContinueTokenLifetime, IsContinueUrl, IsIssuer, IsLink, IsSessionSecret } from '../validation/validators.js';

/**
 * One `iss` that a tenant's session tokens may have.
 *
 * @publicApi
 */
export class IssuerOptions {
  /** The `iss`, compared to the letter: a host, or a URL where the Action's payload sets one. */
  @IsIssuer()
  issuer!: string;

  /** Where logins of this issuer go on. Default: `https://<host of the issuer>/continue`. */
  @IsOptional()
  @IsContinueUrl()
  continueUrl?: string;
}

/**
 * The secrets that a tenant's Action signs with: each as itself or as the file that holds it, or both in a directory.
 *
 * Files are read again when they change, at the latest after a second and before a token is refused. What is no sound secret
 * then does not replace the one before.
 *
 * @publicApi
 */
export class KeysOptions {
  /** The current secret; its UTF-8 bytes are the key (RFC 7518 section 3.2). */
  @IsOptional()
  @IsSessionSecret()
  current?: string;

  /** File that holds the current secret. One line break at its end is not part of it. */
  @IsOptional()
  @IsString({ message: 'is not a path' })
  currentFile?: string;

  /** The secret from before a rotation. Tokens under it are accepted, and answered under it. Default: none. */
  @IsOptional()
  @IsSessionSecret()
  previous?: string;

  /** File that holds the previous secret; an empty one, or none, where there is no previous secret. */
  @IsOptional()
  @IsString({ message: 'is not a path' })
  previousFile?: string;

  /** Directory with the files `current` and, where there is one, `previous`: a mounted Secret. */
  @IsOptional()
  @IsString({ message: 'is not a path' })
  directory?: string;
}

/**
 * One Auth0 tenant, with its custom domains.
 *
 * @publicApi
 */
export class TenantOptions {
  /** For logs and metrics: a-z, 0-9, `.`, `_` and `-`, up to 60 characters. */
  @IsString({ message: 'is not a text' })
  @Matches(/^[a-z0-9][a-z0-9._-]{0,59}$/, { message: 'is not a name of a-z, 0-9, ., _ and -, up to 60 characters' })
  name!: string;

  /** What stands in `iss`: the tenant's host, its custom domains, URL forms. A text is short for `{ issuer: … }`. */
  @IsArray({ message: 'is not a list' })
  @ArrayNotEmpty({ message: 'is empty' })
  @ValidateNested({ each: true, message: 'is no issuer' })
  @Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(issuerOptions) : value))
  issuers!: readonly (IssuerOptions | string)[];

  @IsDefined({ message: 'is missing: the secrets that the Action signs with' })
  @ValidateNested({ message: 'is not an object' })
  @Type(() => KeysOptions)
  keys!: KeysOptions;

  /** As {@link AuthRedirectOptions.audience}. Default: that of the module. */
  @IsOptional()
  @IsString({ message: 'is not a text' })
  @MinLength(1, { message: 'is empty' })
  audience?: string;

  /** As {@link AuthRedirectOptions.continueTokenLifetime}, in seconds. Default: that of the module. */
  @IsOptional()
  @IsContinueTokenLifetime()
  continueTokenLifetime?: number;

  /** As {@link AuthRedirectOptions.defaultSteps}. Default: that of the module. */
  @IsOptional()
  @IsString({ each: true, message: 'is not a list of step ids' })
  defaultSteps?: readonly string[];

  /** As {@link AuthRedirectOptions.signInUrl}. Default: that of the module. */
  @IsOptional()
  @IsLink()
  signInUrl?: string;

  /** Default: that of the module. */
  @IsOptional()
  @ValidateNested({ message: 'is not an object' })
  @Type(() => BrandingOptions)
  branding?: BrandingOptions;
}

function issuerOptions(given: unknown): unknown {
  if (typeof given === 'string') return Object.assign(new IssuerOptions(), { issuer: given });
  return typeof given === 'object' && given !== null ? plainToInstance(IssuerOptions, given) : given;
}
