import { plainToInstance } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsArray,
  IsOptional,
  IsString,
  MinLength,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { BrandingOptions } from './branding.options.js';
import type {
  CompletedEvent,
  DeniedEvent,
  EndedLogin,
  KeysEvent,
  RefusedEvent,
  StepEndedEvent,
  StepEvent,
} from './events.js';
import { AuthRedirectOptionsError } from '../errors.js';
import type { HttpRequest } from '../http/answer.js';
import {
  IsContinueTokenLifetime,
  IsContinueUrl,
  IsIssuer,
  IsLink,
  IsPublicUrl,
  IsSessionSecret,
} from '../validation/validators.js';
import { problemsOf } from '../validation/validate.js';
import { TenantOptions } from './tenant.options.js';

/** Injection token of the validated {@link AuthRedirectOptions}. */
export const AUTH_REDIRECT_OPTIONS = Symbol.for('nestjs-auth-redirect:options');

/**
 * What {@link AuthRedirectModule} needs to know. Mistakes stop the start with {@link AuthRedirectOptionsError}.
 *
 * @publicApi
 */
export class AuthRedirectOptions {
  /**
   * The `iss` of the tenant's session tokens, compared to the letter. `encodeToken` writes the bare host that the login
   * used (`example.eu.auth0.com` or a custom domain); give a URL only where the Action's payload sets one.
   */
  @ForOneTenant()
  @IsIssuer()
  issuer?: string;

  /**
   * The secret that the Action signs with, 32 bytes or more; its UTF-8 bytes are the key (RFC 7518 section 3.2). This, or
   * `secretFile`, or `secretsDirectory`.
   */
  @ForOneTenant('secretFile', 'secretsDirectory')
  @IsSessionSecret()
  secret?: string;

  /** As {@link KeysOptions.currentFile}. */
  @IsOptional()
  @IsString({ message: 'is not a path' })
  secretFile?: string;

  /**
   * The secret from before a rotation. Tokens under it are accepted and answered under it. Default: none.
   */
  @IsOptional()
  @IsSessionSecret()
  previousSecret?: string;

  /** As {@link KeysOptions.previousFile}. */
  @IsOptional()
  @IsString({ message: 'is not a path' })
  previousSecretFile?: string;

  /** As {@link KeysOptions.directory}. */
  @IsOptional()
  @IsString({ message: 'is not a path' })
  secretsDirectory?: string;

  /**
   * Where the continue page posts to; it has to be on the host that the login used, or Auth0 does not know the session.
   * https, except on localhost. Default: `https://<host of the issuer>/continue`.
   */
  @IsOptional()
  @IsContinueUrl()
  continueUrl?: string;

  /**
   * Several tenants, or one with several issuers, instead of `issuer`, `continueUrl` and the secrets above. The `iss` of a
   * session token selects among them. Two that share an issuer or a secret stop the start. What a tenant leaves out, like its
   * branding, is as the rest of these options says.
   */
  @IsOptional()
  @InsteadOf(
    'issuer',
    'secret',
    'secretFile',
    'previousSecret',
    'previousSecretFile',
    'secretsDirectory',
    'continueUrl',
  )
  @IsArray({ message: 'is not a list' })
  @ArrayNotEmpty({ message: 'is empty' })
  @ValidateNested({ each: true, message: 'is no tenant' })
  tenants?: readonly TenantOptions[];

  /**
   * Life of the continue token, in seconds, 60 to 3600. It never outlives the session token. Default: exactly as long as
   * the session token. Shorten it to give a stolen page less time.
   */
  @IsOptional()
  @IsContinueTokenLifetime()
  continueTokenLifetime?: number;

  /**
   * The `aud` that a session token may carry. Default: none, and a token with an `aud` is refused.
   */
  @IsOptional()
  @IsString({ message: 'is not a text' })
  @MinLength(1, { message: 'is empty' })
  audience?: string;

  /**
   * Ids of the steps that a login takes whose session token has no `steps` claim, in this order. Default: all that are
   * registered. With a claim the Action decides, and this is not asked.
   */
  @IsOptional()
  @IsString({ each: true, message: 'is not a list of step ids' })
  defaultSteps?: readonly string[];

  /**
   * A directory of Handlebars templates: `steps/<name>.hbs` for steps of one's own, and any of ours by its name to replace it;
   * also `style.css`, which is on every page, and `steps.css`, which is on those of steps too. Compiled at start. Default: none.
   */
  @IsOptional()
  @IsString({ message: 'is not a path' })
  viewsDirectory?: string;

  /**
   * A directory of `<language>.json` files beside, or in the place of, the built-in texts: `nl.json` adds Dutch, `de.json`
   * changes what it holds of the German. Texts of steps of one's own go there too. Default: none.
   */
  @IsOptional()
  @IsString({ message: 'is not a path' })
  localesDirectory?: string;

  /** What makes the pages look like the company's own. Default: nothing. */
  @IsOptional()
  @ValidateNested({ message: 'is not an object' })
  branding?: BrandingOptions;

  /**
   * The redirect endpoint as browsers see it, like `https://login.example.com/redirect`. Needed by steps that send the user
   * to another site and back, and where a proxy takes a part of the path away; never taken from a request, whose Host anyone can
   * write. Default: none.
   */
  @IsOptional()
  @IsPublicUrl()
  publicUrl?: string;

  /**
   * Where the pages of refused requests lead people back to. Default: no link, the page tells them to start again.
   */
  @IsOptional()
  @IsLink()
  signInUrl?: string;

  /**
   * The reference id of a request, where whoever stands in front has given it one, like
   * `({ headers }) => headers['x-request-id']`. 8 to 64 of `A-Z a-z 0-9 . _ -`, a letter or digit first; anything else, and a header
   * that came twice, is ignored. A client can choose it too, unless a proxy overwrites it: it finds lines, and proves nothing.
   * Default: an id of ten random characters.
   */
  referenceOf?: (request: HttpRequest) => string | readonly string[] | undefined;

  /**
   * Called with each continue page that lets the login go on. The event can be logged as it is; the login, which
   * identifies the user, is for records. Not awaited;
   * what it throws, or rejects with, is logged and changes nothing. Default: nothing.
   */
  onCompleted?: (event: CompletedEvent, login: EndedLogin) => void | Promise<void>;

  /** As `onCompleted`, for a login that a step, or the person, has ended. Default: nothing. */
  onDenied?: (event: DeniedEvent, login: EndedLogin) => void | Promise<void>;

  /** As `onCompleted`, where a step is shown or the browser is sent to one. Default: nothing. */
  onStep?: (event: StepEvent) => void | Promise<void>;

  /** As `onCompleted`, once when a step has come to its result. Default: nothing. */
  onStepEnded?: (event: StepEndedEvent) => void | Promise<void>;

  /**
   * Called where the secrets of a tenant, mounted as files, have changed or cannot be used. Default: one line to Nest's logger.
   */
  onKeys?: (event: KeysEvent) => void | Promise<void>;

  /** As `onCompleted`, where a request is refused. Default: one line to Nest's logger. */
  onRefused?: (event: RefusedEvent) => void | Promise<void>;
}

/**
 * @returns The options, known to be complete and sound.
 * @throws AuthRedirectOptionsError with every problem at once.
 */
export function validatedOptions(given: AuthRedirectOptions): AuthRedirectOptions {
  const { branding, tenants } = given;
  const options = Object.assign(new AuthRedirectOptions(), given, {
    ...(isObject(branding) && { branding: Object.assign(new BrandingOptions(), branding) }),
    ...(Array.isArray(tenants) && { tenants: tenants.map((tenant) => plainToInstance(TenantOptions, tenant)) }),
  });
  const problems = problemsOf(options);
  if (problems.length > 0) throw new AuthRedirectOptionsError(problems);
  return options;
}

/** Not asked for where `tenants`, or one of the others, says it. */
function ForOneTenant(...others: readonly (keyof AuthRedirectOptions)[]): PropertyDecorator {
  return ValidateIf(
    (options: AuthRedirectOptions, value) =>
      value !== undefined || ['tenants' as const, ...others].every((name) => options[name] === undefined),
  );
}

function InsteadOf(...others: readonly (keyof AuthRedirectOptions)[]): PropertyDecorator {
  return ValidateBy({
    name: 'insteadOf',
    validator: {
      validate: (_value, given) => !doubled(given?.object, others),
      defaultMessage: (given) => `and ${doubled(given?.object, others)} are both there: keep one of them`,
    },
  });
}

function doubled(options: object | undefined, names: readonly string[]): string | undefined {
  return names.find((name) => Reflect.get(options ?? {}, name) !== undefined);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
