import { plainToInstance } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, ValidateIf, ValidateNested } from 'class-validator';
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
import { isJsonObject } from '../json.js';
import type { HttpRequest } from '../http/answer.js';
import * as rules from '../validation/problems.js';
import { IfSet, validateWith } from '../validation/validators.js';
import { optionProblems, problemsOf } from '../validation/validate.js';
import { StepRuleOptions } from './step-rule.options.js';
import { TenantOptions } from './tenant.options.js';

/** Injection token of the validated {@link AuthRedirectOptions}. */
export const AUTH_REDIRECT_OPTIONS = Symbol.for('nestjs-auth-redirect:options');

/**
 * Options of {@link AuthRedirectModule}. Mistakes fail startup with {@link AuthRedirectOptionsError}.
 *
 * @publicApi
 */
export class AuthRedirectOptions {
  /**
   * The exact `iss` of the tenant's session tokens. `encodeToken` writes the bare host that the login used
   * (`example.eu.auth0.com` or a custom domain); use a URL only if the Action's payload sets one. Default: none; required unless there
   * are `tenants`.
   */
  @ForOneTenant()
  @validateWith('isIssuer', rules.findIssuerProblem)
  issuer?: string;

  /**
   * The secret that the Action signs with, 32 bytes or more; its UTF-8 bytes are the key (RFC 7518 section 3.2). Set this,
   * `secretFile` or `secretsDirectory`. Default: none; one of the three is required.
   */
  @ForOneTenant('secretFile', 'secretsDirectory')
  @validateWith('isSecret', rules.findSecretProblem)
  secret?: string;

  /** File with the secret. One line break at its end is ignored. Read again when it changes. Default: none. */
  @IfSet(rules.findPathProblem)
  secretFile?: string;

  /**
   * The secret before a rotation. Tokens that it signed are accepted and answered with it. Default: none.
   */
  @IfSet(rules.findSecretProblem)
  previousSecret?: string;

  /** File with the previous secret. An empty or missing file means that there is none. Read again when it changes. Default: none. */
  @IfSet(rules.findPathProblem)
  previousSecretFile?: string;

  /** Directory with the files `current` and, during a rotation, `previous`: a mounted Secret. Read again when they change. Default: none. */
  @IfSet(rules.findPathProblem)
  secretsDirectory?: string;

  /**
   * Address that the continue page posts to. It must be on the host that the login used, or Auth0 does not find the session.
   * https, except on localhost. Default: `https://<host of the issuer>/continue`.
   */
  @IfSet(rules.findContinueUrlProblem)
  continueUrl?: string;

  /**
   * Several tenants, or one with several issuers, instead of `issuer`, `continueUrl` and the secrets above. The `iss` of a
   * session token selects among them. Two tenants that share an issuer or a secret fail startup. A tenant without an option of
   * its own, like branding, uses the one of the module.
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
  @validateWith('isList', (value) => rules.findListProblem(value, 'tenants'))
  @ValidateNested({ each: true, message: 'is not a tenant' })
  tenants?: readonly TenantOptions[];

  /**
   * Lifetime of the continue token, in seconds, 60 to 3600. It never outlives the session token. Default: until the session
   * token expires. Shorten it so that a stolen page is of use for less time.
   */
  @IfSet(rules.findLifetimeProblem)
  continueTokenLifetime?: number;

  /**
   * Whether the continue page posts its form automatically or waits for a click, for example so that people in a support call see where
   * they are. Default: `automatic`.
   */
  @IsOptional()
  @IsIn(['automatic', 'manual'], { message: 'is neither automatic nor manual' })
  continuePage?: 'automatic' | 'manual';

  /**
   * The `aud` that a session token may carry. Default: none, and tokens with an `aud` are refused.
   */
  @IfSet(rules.findTextProblem)
  audience?: string;

  /** Name of the query parameter that brings the session token: what the Action passes to `sendUserTo`. Default: `session_token`. */
  @IfSet(rules.findParameterProblem)
  sessionTokenParameter?: string;

  /** Name of the form field that takes the continue token: `tokenParameterName` of the Action's `validateToken`. Default: `session_token`. */
  @IfSet(rules.findParameterProblem)
  continueTokenParameter?: string;

  /**
   * Ids of the steps of a login whose session token has no `steps` claim, in this order. Default: all registered steps. With the
   * claim, the Action decides.
   */
  @IfSet(rules.findStepIdsProblem)
  defaultSteps?: readonly string[];

  /**
   * When steps run, and which of them the user may skip, by step id. A step without rules runs in every login, and nobody skips it.
   * A condition requires the package `@marcbachmann/cel-js`. Default: none.
   *
   * @example
   * stepRules: {
   *   profile: { when: 'claims.logins_count > 1', optional: true },
   * }
   */
  @IfSet((value) => (isJsonObject(value) ? undefined : 'is not an object of rules by step id'))
  stepRules?: Readonly<Record<string, StepRuleOptions>>;

  /**
   * A directory of Handlebars templates: `steps/<name>.hbs` for custom steps, and any built-in template by its name to replace it;
   * also `style.css` for every page and `steps.css` for pages of steps. Compiled at startup. Default: none.
   */
  @IfSet(rules.findPathProblem)
  viewsDirectory?: string;

  /**
   * A directory of `<language>.json` files that add to or override the built-in texts: `nl.json` adds Dutch, `de.json` overrides
   * German texts. Texts of custom steps belong there too. Default: none.
   */
  @IfSet(rules.findPathProblem)
  localesDirectory?: string;

  /** Logo, colors and links of the company. Default: neutral pages. */
  @IsOptional()
  @ValidateNested({ message: 'is not an object' })
  branding?: BrandingOptions;

  /**
   * The redirect endpoint as browsers see it, like `https://steps.example.com/redirect`. Required by steps that send the user to
   * another site and back, and if a proxy strips a part of the path or changes `Host`. Never read from a request, whose Host anyone can
   * set. Default: none.
   */
  @IfSet(rules.findPublicUrlProblem)
  publicUrl?: string;

  /**
   * Address that error pages link to. Default: no link; the page asks people to start again.
   */
  @IfSet(rules.findLinkProblem)
  signInUrl?: string;

  /**
   * Whether answers carry `Strict-Transport-Security: max-age=31536000`. Set false if the host application or a proxy sets the
   * header for the whole host. Default: true.
   */
  @IsOptional()
  @IsBoolean({ message: 'is neither true nor false' })
  strictTransportSecurity?: boolean;

  /**
   * Returns the reference id that a proxy assigned to a request, like `({ headers }) => headers['x-request-id']`. 8 to 64 of
   * `A-Z a-z 0-9 . _ -`, a letter or digit first; anything else and a repeated header are ignored. Unless a proxy overwrites it, a
   * client can choose it: it finds log lines and proves nothing. Default: an id of ten random characters.
   */
  referenceOf?: (request: HttpRequest) => string | readonly string[] | undefined;

  /**
   * Called with each continue page of a login that continues. The event can be logged unchanged; the login identifies the user and
   * is for records. Not awaited; errors of the hook are logged and change nothing. Default: none.
   */
  onCompleted?: (event: CompletedEvent, login: EndedLogin) => void | Promise<void>;

  /** Like `onCompleted`, for a login that a step or the person ended. Default: none. */
  onDenied?: (event: DeniedEvent, login: EndedLogin) => void | Promise<void>;

  /** Like `onCompleted`, when a step is shown or the browser is sent to one. Default: none. */
  onStep?: (event: StepEvent) => void | Promise<void>;

  /** Like `onCompleted`, once for the result of each step. Default: none. */
  onStepEnded?: (event: StepEndedEvent) => void | Promise<void>;

  /**
   * Called when mounted secrets of a tenant have changed or cannot be used. Default: one line to Nest's logger.
   */
  onKeys?: (event: KeysEvent) => void | Promise<void>;

  /** Like `onCompleted`, when a request is refused. Default: one line to Nest's logger. */
  onRefused?: (event: RefusedEvent) => void | Promise<void>;
}

/**
 * Returns validated options.
 *
 * @throws AuthRedirectOptionsError with every problem at once.
 */
export function validatedOptions(given: AuthRedirectOptions): AuthRedirectOptions {
  const { branding, tenants } = given;
  const options = Object.assign(new AuthRedirectOptions(), given, {
    ...(isJsonObject(branding) && { branding: Object.assign(new BrandingOptions(), branding) }),
    ...(Array.isArray(tenants) && { tenants: tenants.map((tenant) => plainToInstance(TenantOptions, tenant)) }),
  });
  const problems = [...problemsOf(options), ...ruleProblems(options.stepRules)];
  if (problems.length > 0) throw new AuthRedirectOptionsError(problems);
  return options;
}

function ruleProblems(given: unknown): string[] {
  if (!isJsonObject(given)) return [];
  return Object.entries(given).flatMap(([id, rule]) =>
    isJsonObject(rule)
      ? optionProblems(StepRuleOptions, rule).map((problem) => `stepRules.${rules.shownName(id)}.${problem}`)
      : [`stepRules.${rules.shownName(id)} is not an object, like { optional: true }`],
  );
}

/** Skips the validation if `tenants` or one of the others is set instead. */
function ForOneTenant(...others: readonly (keyof AuthRedirectOptions)[]): PropertyDecorator {
  return ValidateIf(
    (options: AuthRedirectOptions, value) =>
      value !== undefined || ['tenants' as const, ...others].every((name) => options[name] === undefined),
  );
}

/** Refuses the option if one of the others is set, too. */
function InsteadOf(...others: readonly (keyof AuthRedirectOptions)[]): PropertyDecorator {
  return validateWith('insteadOf', (_value, options) => {
    const other = others.find((name) => options[name] !== undefined);
    return other && `and ${other} are both set: keep one of them`;
  });
}
