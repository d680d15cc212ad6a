import type { LoggerService, Type } from '@nestjs/common';
import type { SessionToken } from '../session-token.js';
import type { Translate } from '../locales/locales.js';
import type { JsonValue } from '../json.js';
import type { MailParts } from '../pages/pages.service.js';
import type { StepView } from '../pages/step-view.js';
import type { HttpRequest } from '../http/answer.js';
import type { StepCallback } from './step-address.js';
import type { FormValues } from './step-form.js';

/**
 * Stores counters and values that browsers and cookies cannot reset, in the replay store. Replicas share them only with Redis.
 *
 * @publicApi
 */
export interface StepMemory {
  /**
   * Increments a counter for this step of this login.
   *
   * @param window Seconds until the reset. Default: until the session token expires.
   * @returns The new count, from 1.
   */
  count(name: string, window?: number): Promise<number>;

  /** Increments a counter for this step and user, across all logins. */
  countForUser(name: string, window: number): Promise<number>;

  /**
   * Increments a counter for this step of all users of this tenant, to limit attackers with many accounts. The name can contain a phone
   * number or an address: the store receives only a digest.
   */
  countForTenant(name: string, window: number): Promise<number>;

  /**
   * Stores the first value of a name, for this step of this login, unencrypted: store no secrets.
   *
   * @returns `value`, or an earlier one.
   */
  remember(name: string, value: string): Promise<string>;

  /** Returns the value of a name, or undefined. */
  recall(name: string): Promise<string | undefined>;
}

/**
 * Contains the results of {@link Step.webhook} for one login.
 *
 * @publicApi
 */
export interface StepInbox {
  /**
   * Registers a reference until the session token expires. Call it before you send the reference to the other site.
   *
   * @param reference Identifies this login in the webhook. Must be unique and impossible to guess.
   * @throws Error if another login expects this reference.
   */
  expect(reference: string): Promise<void>;

  /** Returns the first delivered result of a reference of this login, or undefined. */
  read(reference: string): Promise<JsonValue | undefined>;
}

/**
 * Stores results for logins, from {@link Step.webhook}.
 *
 * @publicApi
 */
export interface WebhookInbox {
  /**
   * Stores the first result of a reference, encrypted, until its login expires. Safe to repeat: later results change nothing.
   *
   * @param result At most 16,384 bytes of JSON.
   * @returns Whether a login expects the reference.
   * @throws RangeError for a larger result; AuthRedirectError `replay_store_unavailable`.
   */
  deliver(reference: string, result: JsonValue): Promise<boolean>;
}

/**
 * Describes a request to `<redirect endpoint>/steps/<id>/webhook`.
 *
 * @publicApi
 */
export interface WebhookRequest {
  /** Headers by lower-case name. */
  readonly headers: HttpRequest['headers'];
  /** Unparsed body, at most 65,536 bytes. Verify its signature. */
  readonly body: Uint8Array;
  /** Logs lines with reference and step. Do not log user data. */
  readonly logger: Pick<LoggerService, 'log' | 'warn' | 'error'>;
}

/**
 * Provides a step with its login and services. A step cannot read Auth0's state or the keys, nor write the response.
 *
 * @publicApi
 */
export interface StepContext {
  /** Verified session token of this login. */
  readonly sessionToken: SessionToken;
  /** Name of the tenant. */
  readonly tenant: string;
  /** Language of the pages (RFC 5646), like `en` or `pt-BR`. */
  readonly locale: string;
  /** Returns a text of the locale files in the language of the pages. */
  readonly t: Translate;
  /** Data of the earlier steps, by step id. */
  readonly earlier: Readonly<Record<string, JsonValue>>;
  /** Id of this request in the log and on error pages. */
  readonly reference: string;
  /** Counters and values that browsers cannot reset. */
  readonly memory: StepMemory;
  /** Results of {@link Step.webhook} for this login and step. */
  readonly inbox: StepInbox;
  /**
   * Returns 32 bytes that only holders of the session secret can derive (RFC 5869). They are the same on every replica and in every
   * browser, and differ by login, step and name.
   */
  secret(name: string): Uint8Array;
  /**
   * Returns the URL that calls {@link Step.returned}. Keep its query.
   *
   * @throws Error if the option `publicUrl` is missing; with `returned`, that fails startup.
   */
  returnUrl(): string;
  /**
   * Returns the redirect URI and `state` of an OAuth client: `url` is the same for all logins, `state` identifies this login in this
   * browser. You may append a dot and your own text to `state`. Only for returns by GET. A wrong state does not reach
   * {@link Step.returned}, but the query of {@link returnUrl} does: compare `state` there too.
   *
   * @throws Error if the option `publicUrl` is missing.
   */
  callback(): StepCallback;
  /**
   * Renders the views `mails/<name>.html.hbs` and `mails/<name>.text.hbs`, which operators can replace. Besides `model`, they receive
   * `lang`, `dir`, `brand` (name, or empty) and `color` (accent color, or empty).
   *
   * @throws ViewError if a view is missing or uses an unknown variable.
   */
  renderMail(name: string, model: Readonly<Record<string, unknown>>): Promise<MailParts>;
  /** Logs lines with reference, tenant and step. Do not log user data. */
  readonly logger: Pick<LoggerService, 'log' | 'warn' | 'error'>;
}

/**
 * Ends the step. The continue token contains `data` under the step's id.
 *
 * @publicApi
 */
export interface Completed<Data extends JsonValue> {
  readonly type: 'completed';
  readonly data: Data;
}

/**
 * Rejects the form: the page appears again with a message for each invalid field.
 *
 * @publicApi
 */
export interface Invalid<Form extends object> {
  readonly type: 'invalid';
  readonly messages: Partial<Record<keyof Form & string, string>>;
  /** Message about the whole form. */
  readonly message?: string;
}

/**
 * Sends the user to another site, which returns them to {@link Step.returned}.
 *
 * @publicApi
 */
export interface HandOff {
  readonly type: 'handOff';
  /** Absolute https URL (http on localhost). Build it in the step; never copy it from a form. */
  readonly url: string;
}

/**
 * Keeps the user at the step's page, for example until a vendor's webhook arrives. See {@link StepView.refresh}.
 *
 * @publicApi
 */
export interface Pending {
  readonly type: 'pending';
}

/**
 * Ends the login without access: the Action reads the denial.
 *
 * @publicApi
 */
export interface Denied {
  readonly type: 'denied';
  /** Stable code, `error` of the continue token: 1 to 64 letters, digits, `_`, `-` and `.`. */
  readonly error: string;
  /**
   * Message that the application shows to users: why the login ended, and what to do next. `error_description` of the continue token; cut
   * after 500 characters; the shipped Action shows 200.
   */
  readonly description: string;
}

/**
 * Lists the possible results of a submitted form.
 *
 * @publicApi
 */
export type StepResult<Form extends object, Data extends JsonValue> =
  Completed<Data> | Invalid<Form> | Denied | HandOff | Pending;

/**
 * Completes a step.
 *
 * @param data Data for the Action, under the step's id.
 * @publicApi
 */
export const completed = <Data extends JsonValue>(data: Data): Completed<Data> => ({ type: 'completed', data });

/**
 * Shows the page again.
 *
 * @param messages Messages by invalid field.
 * @param message Message about the whole form. Default: none.
 * @publicApi
 */
export const invalid = <Form extends object>(messages: Invalid<Form>['messages'], message?: string): Invalid<Form> => ({
  type: 'invalid',
  messages,
  ...(message !== undefined && { message }),
});

/**
 * Ends the login without access.
 *
 * @param error See {@link Denied.error}.
 * @param description See {@link Denied.description}.
 * @publicApi
 */
export const denied = (error: string, description: string): Denied => ({ type: 'denied', error, description });

/**
 * Sends the user to another site.
 *
 * @param url See {@link HandOff.url}.
 * @publicApi
 */
export const handOff = (url: string): HandOff => ({ type: 'handOff', url });

/**
 * Keeps the user at the step's page.
 *
 * @publicApi
 */
export const pending = (): Pending => ({ type: 'pending' });

/**
 * Defines a step between the two tokens, as an injectable class. List it in the module's `steps`.
 *
 * @typeParam Form Form of the page, a class with decorators of class-validator.
 * @typeParam Data Data for the Action.
 *
 * @publicApi
 */
export abstract class Step<Form extends object = object, Data extends JsonValue = JsonValue> {
  /** Identifies the step in URLs, the claim `steps` and the continue token: a-z, 0-9 and -, up to 40 characters. */
  abstract readonly id: string;

  /** Class of the form. Only valid forms reach {@link submit}. */
  abstract readonly form: Type<Form>;

  /**
   * Name of the only tenant whose logins can have this step. Null if the step belongs to one tenant, for example by an OAuth client, and
   * its options name none: this fails startup with several tenants. Default: all tenants.
   */
  readonly tenant?: string | null;

  /** Returns whether this login needs the step. Not called if the session token's `steps` claim names the steps. Default: true. */
  applies(_context: StepContext): boolean | Promise<boolean> {
    return true;
  }

  /**
   * Returns the page before the first post and after an invalid form.
   *
   * @param posted Fields of the invalid form. Default: none, before the first post.
   */
  abstract view(context: StepContext, posted?: FormValues): StepView | Promise<StepView>;

  /**
   * Handles a valid form. Posts of one login run one after another, on all replicas. After `completed` or `denied`, every post gets that
   * result without another call. A second call is only possible if the replica dies, or loses the store for 8 seconds, before the result is
   * stored. Make side effects safe to repeat, for example with an idempotency key from {@link StepContext.secret}.
   */
  abstract submit(context: StepContext, form: Form): StepResult<Form, Data> | Promise<StepResult<Form, Data>>;

  /**
   * Method by which the other site returns the user to {@link StepContext.returnUrl}: `GET` with a query, or `POST` with a form
   * (`response_mode=form_post`, SAML). The other method shows the step's page. Default: `GET`.
   */
  readonly returnMethod?: 'GET' | 'POST';

  /**
   * Handles the user's return from another site. Required for `handOff`. Like {@link submit}, calls run one after another.
   *
   * @param values The other site's query parameters, or form fields; see {@link returnMethod}. Anyone can forge them: trust only signed
   *   parts.
   */
  returned?(context: StepContext, values: FormValues): StepResult<Form, Data> | Promise<StepResult<Form, Data>>;

  /**
   * Runs at each GET of the step's page, for steps that wait with {@link StepView.refresh}. {@link pending} shows the page; other results
   * count like those of {@link submit}. Calls run one after another. Default: shows the page.
   */
  resume?(context: StepContext): StepResult<Form, Data> | Promise<StepResult<Form, Data>>;

  /**
   * Handles a request of another server. Verify its signature, and deliver its result to the login that expects it, where {@link resume}
   * and {@link returned} read it. A request can arrive several times, at any replica.
   *
   * @returns `accepted` (200), also for a request to ignore, or `rejected` (401).
   */
  webhook?(request: WebhookRequest, inbox: WebhookInbox): 'accepted' | 'rejected' | Promise<'accepted' | 'rejected'>;
}
