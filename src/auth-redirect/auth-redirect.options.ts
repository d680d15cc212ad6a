import { IsOptional, IsString, MinLength } from 'class-validator';
import { BrandingOptions } from './branding/branding.options.js';
import type { CompletedEvent, RefusedEvent, StepEvent } from './events.js';
import { AuthRedirectOptionsError } from './errors.js';
import {
  IsContinueTokenLifetime,
  IsContinueUrl,
  IsIssuer,
  IsLink,
  IsPublicUrl,
  IsSessionSecret,
  validateWith,
} from './options/validators.js';
import { problemsOf } from './options/validate.js';

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
  @IsIssuer()
  issuer!: string;

  /**
   * The secret that the Action signs with, 32 bytes or more; its UTF-8 bytes are the key (RFC 7518 section 3.2).
   */
  @IsSessionSecret()
  secret!: string;

  /**
   * The secret from before a rotation. Tokens under it are accepted and answered under it. Default: none.
   */
  @IsOptional()
  @IsSessionSecret()
  previousSecret?: string;

  /**
   * Where the continue page posts to; it has to be on the host that the login used, or Auth0 does not know the session.
   * https, except on localhost. Default: `https://<host of the issuer>/continue`.
   */
  @IsOptional()
  @IsContinueUrl()
  continueUrl?: string;

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
   * also `style.css`. Compiled at start. Default: none.
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
  @IsBranding()
  branding?: BrandingOptions;

  /**
   * The redirect endpoint as browsers see it, like `https://login.example.com/redirect`. Needed by steps that send the user
   * to another site and back; never taken from a request, whose Host anyone can write. Default: none.
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

  /** Called after a continue page was answered. What it throws is logged and changes nothing. Default: nothing. */
  onCompleted?: (event: CompletedEvent) => void;

  /** Called after a step was shown or the browser was sent to one. What it throws is logged and changes nothing. Default: nothing. */
  onStep?: (event: StepEvent) => void;

  /** Called after a request was refused. What it throws is logged and changes nothing. Default: one line to Nest's logger. */
  onRefused?: (event: RefusedEvent) => void;
}

/**
 * @returns The options, known to be complete and sound.
 * @throws AuthRedirectOptionsError with every problem at once.
 */
export function validatedOptions(given: AuthRedirectOptions): AuthRedirectOptions {
  const options = Object.assign(new AuthRedirectOptions(), given);
  const problems = problemsOf(options);
  if (problems.length > 0) throw new AuthRedirectOptionsError(problems);
  return options;
}

/** Says what is wrong with the first part that is, by its name. */
function IsBranding(): PropertyDecorator {
  return validateWith('isBranding', (branding) => {
    if (typeof branding !== 'object' || branding === null) return 'is not an object';
    const [problem] = problemsOf(Object.assign(new BrandingOptions(), branding));
    return problem && `has ${problem}`;
  });
}
