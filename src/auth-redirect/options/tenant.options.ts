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
 * One `iss` of a tenant's session tokens.
 *
 * @publicApi
 */
export class IssuerOptions {
  /** The exact `iss`: a host, or a URL if the Action's payload sets one. */
  @IsIssuer()
  issuer!: string;

  /** Address that the continue page of this issuer posts to. Default: `https://<host of the issuer>/continue`. */
  @IsOptional()
  @IsContinueUrl()
  continueUrl?: string;
}

/**
 * The secrets that a tenant's Action signs with: as values, as files, or in a directory.
 *
 * Files are read again within a second of a change, and before a token is refused. An invalid secret does not replace the one in
 * use.
 *
 * @publicApi
 */
export class KeysOptions {
  /** The current secret; its UTF-8 bytes are the key (RFC 7518 section 3.2). */
  @IsOptional()
  @IsSessionSecret()
  current?: string;

  /** File with the current secret. One line break at its end is ignored. */
  @IsOptional()
  @IsString({ message: 'is not a path' })
  currentFile?: string;

  /** The secret before a rotation. Tokens that it signed are accepted and answered with it. Default: none. */
  @IsOptional()
  @IsSessionSecret()
  previous?: string;

  /** File with the previous secret. An empty or missing file means that there is none. */
  @IsOptional()
  @IsString({ message: 'is not a path' })
  previousFile?: string;

  /** Directory with the files `current` and, during a rotation, `previous`: a mounted Secret. */
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
  /** Name in logs and metrics: a-z, 0-9, `.`, `_` and `-`, up to 60 characters. */
  @Matches(/^[a-z0-9][a-z0-9._-]{0,59}$/, { message: 'is not a name of a-z, 0-9, ., _ and -, up to 60 characters' })
  name!: string;

  /** Every `iss` of the tenant: its host, its custom domains, URL forms. A string is short for `{ issuer: … }`. */
  @IsArray({ message: 'is not a list' })
  @ArrayNotEmpty({ message: 'is empty' })
  @ValidateNested({ each: true, message: 'is not an issuer' })
  @Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(issuerOptions) : value))
  issuers!: readonly (IssuerOptions | string)[];

  @IsDefined({ message: 'is missing: the secrets that the Action signs with' })
  @ValidateNested({ message: 'is not an object' })
  @Type(() => KeysOptions)
  keys!: KeysOptions;

  /** Like {@link AuthRedirectOptions.audience}. Default: the module's. */
  @IsOptional()
  @IsString({ message: 'is not a text' })
  @MinLength(1, { message: 'is empty' })
  audience?: string;

  /** Like {@link AuthRedirectOptions.continueTokenLifetime}, in seconds. Default: the module's. */
  @IsOptional()
  @IsContinueTokenLifetime()
  continueTokenLifetime?: number;

  /** Like {@link AuthRedirectOptions.defaultSteps}. Default: the module's. */
  @IsOptional()
  @IsArray({ message: 'is not a list of step ids' })
  @IsString({ each: true, message: 'is not a list of step ids' })
  defaultSteps?: readonly string[];

  /** Like {@link AuthRedirectOptions.signInUrl}. Default: the module's. */
  @IsOptional()
  @IsLink()
  signInUrl?: string;

  /** Default: the module's. */
  @IsOptional()
  @ValidateNested({ message: 'is not an object' })
  @Type(() => BrandingOptions)
  branding?: BrandingOptions;
}

function issuerOptions(given: unknown): unknown {
  if (typeof given === 'string') return Object.assign(new IssuerOptions(), { issuer: given });
  return typeof given === 'object' && given !== null ? plainToInstance(IssuerOptions, given) : given;
}
