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
import { optionProblems, problemsOf, withoutNull } from '../validation/validate.js';
import { StepRuleOptions } from './step-rule.options.js';
import { TenantOptions } from './tenant.options.js';

export const AUTH_REDIRECT_OPTIONS = Symbol.for('nestjs-auth-redirect:options');

/**
 * Configures the {@link AuthRedirectModule}. Invalid options fail startup with {@link AuthRedirectOptionsError}.
 *
 * @publicApi
 */
export class AuthRedirectOptions {
  /**
   * Exact `iss` of the tenant's session tokens. `encodeToken` writes the bare host of the login: `example.eu.auth0.com` or a custom domain.
   * Use a URL only if the Action's payload sets one. Default: none; required without `tenants`.
   */
  @ForOneTenant()
  @validateWith('isIssuer', rules.findIssuerProblem)
  issuer?: string;

  /**
   * The Action's signing secret, 32 bytes or more. Its UTF-8 bytes are the key (RFC 7518 section 3.2). Default: none; set `secret`,
   * `secretFile` or `secretsDirectory`.
   */
  @ForOneTenant('secretFile', 'secretsDirectory')
  @validateWith('isSecret', rules.findSecretProblem)
  secret?: string;

  /** File with the secret. A final line break is ignored. The service rereads a changed file. Default: none. */
  @IfSet(rules.findPathProblem)
  secretFile?: string;

  /** The secret before a rotation. It still verifies tokens, and signs the replies to them. Default: none. */
  @IfSet(rules.findSecretProblem)
  previousSecret?: string;

  /** File with the previous secret. An empty or missing file means none. The service rereads a changed file. Default: none. */
  @IfSet(rules.findPathProblem)
  previousSecretFile?: string;

  /**
   * Directory with the files `current` and, during a rotation, `previous`: a mounted Secret. The service rereads changed files. Default:
   * none.
   */
  @IfSet(rules.findPathProblem)
  secretsDirectory?: string;

  /**
   * URL that the continue page posts to, https except on localhost. It must have the host that the login used, or Auth0 does not find the
   * login. Default: `https://<host of the issuer>/continue`.
   */
  @IfSet(rules.findContinueUrlProblem)
  continueUrl?: string;

  /**
   * Several tenants, or one with several issuers, instead of `issuer`, `continueUrl` and the secrets above. The `iss` of a session token
   * selects the tenant. Two tenants cannot share an issuer or secret. If a tenant lacks an option, like branding, the module's option
   * applies.
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
   * Lifetime of the continue token, in seconds, 60 to 3600. A shorter lifetime limits the use of a stolen page. It ends with the session
   * token at the latest. Default: with the session token.
   */
  @IfSet(rules.findLifetimeProblem)
  continueTokenLifetime?: number;

  /**
   * Whether the continue page posts its form automatically or waits for a click. `manual` helps users in a support call to see where they
   * are. Default: `automatic`.
   */
  @IsOptional()
  @IsIn(['automatic', 'manual'], { message: 'is neither automatic nor manual' })
  continuePage?: 'automatic' | 'manual';

  /** Value that `aud` must contain if a session token has one. Default: none; tokens with an `aud` are rejected. */
  @IfSet(rules.findTextProblem)
  audience?: string;

  /** Query parameter of the session token, as in the Action's `sendUserTo`. Default: `session_token`. */
  @IfSet(rules.findParameterProblem)
  sessionTokenParameter?: string;

  /** Form field of the continue token: `tokenParameterName` of the Action's `validateToken`. Default: `session_token`. */
  @IfSet(rules.findParameterProblem)
  continueTokenParameter?: string;

  /**
   * Ids of the steps, in order, for session tokens without the claim `steps`. With the claim, the Action decides. Default: all registered
   * steps.
   */
  @IfSet(rules.findStepIdsProblem)
  defaultSteps?: readonly string[];

  /**
   * Rules by step id: when a step runs, and whether users may skip it. Without a rule, the step decides whether it applies, and users
   * cannot skip it. Conditions require the package `@marcbachmann/cel-js`. Default: none.
   *
   * @example
   * ```ts
   * stepRules: {
   *   profile: { when: 'claims.logins_count > 1', optional: true },
   * }
   * ```
   */
  @IfSet((value) => (isJsonObject(value) ? undefined : 'is not an object with rules by step id'))
  stepRules?: Readonly<Record<string, StepRuleOptions>>;

  /**
   * Directory of Handlebars templates: `steps/<name>.hbs` for custom steps. A template with the name of a built-in one replaces it. It can
   * also contain `style.css` for every page and `steps.css` for step pages. Default: none.
   */
  @IfSet(rules.findPathProblem)
  viewsDirectory?: string;

  /**
   * Directory of `<language>.json` files with texts: `fi.json` adds Finnish, `de.json` overrides German texts. They also contain the texts
   * of custom steps. Default: none.
   */
  @IfSet(rules.findPathProblem)
  localesDirectory?: string;

  /** Logo, colors and links of your company. Default: neutral pages. */
  @IsOptional()
  @ValidateNested({ message: 'is not an object' })
  branding?: BrandingOptions;

  /**
   * The redirect endpoint as browsers see it, like `https://steps.example.com/redirect`. Set it if a step sends the user to another site
   * and back, or if a proxy removes part of the path or changes `Host`. Default: none.
   */
  @IfSet(rules.findPublicUrlProblem)
  publicUrl?: string;

  /** URL that error pages link to. Default: no link; the page asks users to start again. */
  @IfSet(rules.findLinkProblem)
  signInUrl?: string;

  /**
   * Whether answers have `Strict-Transport-Security: max-age=31536000`. Set false if the host application or a proxy sets it for the whole
   * host. Default: true.
   */
  @IsOptional()
  @IsBoolean({ message: 'is neither true nor false' })
  strictTransportSecurity?: boolean;

  /**
   * Returns the reference id that a proxy assigned to a request, like `({ headers }) => headers['x-request-id']`: 8 to 64 of
   * `A-Z a-z 0-9 . _ -`, a letter or digit first. Other values are ignored. A client can choose the id unless a proxy overwrites it: never
   * use it as proof. Default: an id of ten random characters.
   */
  referenceOf?: (request: HttpRequest) => string | readonly string[] | undefined;

  /**
   * Called for each continue page of a login that continues. The event contains no user data and can be logged; `login` identifies the
   * user. The hook is not awaited; its errors are only logged. Default: none.
   */
  onCompleted?: (event: CompletedEvent, login: EndedLogin) => void | Promise<void>;

  /** Like `onCompleted`, for a login that a step or the user ended. Default: none. */
  onDenied?: (event: DeniedEvent, login: EndedLogin) => void | Promise<void>;

  /** Like `onCompleted`, when a step is shown or the browser is redirected to it. Default: none. */
  onStep?: (event: StepEvent) => void | Promise<void>;

  /** Like `onCompleted`, once for each step's result. Default: none. */
  onStepEnded?: (event: StepEndedEvent) => void | Promise<void>;

  /** Called when a tenant's mounted secrets have changed or cannot be used. Default: one line to Nest's logger. */
  onKeys?: (event: KeysEvent) => void | Promise<void>;

  /**
   * Like `onCompleted`, when a request is refused. Unless `NODE_ENV` is `production`, `fault` may contain user data. Default: one line to
   * Nest's logger.
   */
  onRefused?: (event: RefusedEvent) => void | Promise<void>;
}

/**
 * Replaces null, like an empty value of a JSON file, with the default.
 *
 * @throws AuthRedirectOptionsError with every problem.
 */
export function validatedOptions(given: AuthRedirectOptions): AuthRedirectOptions {
  const options = Object.assign(new AuthRedirectOptions(), withoutNull(given));
  const { branding, tenants } = options;
  if (isJsonObject(branding)) options.branding = Object.assign(new BrandingOptions(), branding);
  if (Array.isArray(tenants)) options.tenants = tenants.map((tenant) => plainToInstance(TenantOptions, tenant));
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

function ForOneTenant(...others: readonly (keyof AuthRedirectOptions)[]): PropertyDecorator {
  return ValidateIf(
    (options: AuthRedirectOptions, value) =>
      value !== undefined || ['tenants' as const, ...others].every((name) => options[name] === undefined),
  );
}

function InsteadOf(...others: readonly (keyof AuthRedirectOptions)[]): PropertyDecorator {
  return validateWith('insteadOf', (_value, options) => {
    const other = others.find((name) => options[name] !== undefined);
    return other && `and ${other} are both set: keep one of them`;
  });
}
