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
 * Counters and values that no browser can reset: a second browser, an old cookie and another replica see the same. They are kept in
 * the replay store, which is the memory of one process unless Redis is configured.
 *
 * @publicApi
 */
export interface StepMemory {
  /**
   * Counts up by one, for this step of this login.
   *
   * @param window Seconds after which counting starts again at 1. Default: until the session token expires.
   * @returns How often it was counted, including this call.
   */
  count(name: string, window?: number): Promise<number>;

  /** Counts up by one, for this step of this user in all logins. */
  countForUser(name: string, window: number): Promise<number>;

  /**
   * Counts up by one, for this step of all users of this tenant. Count what an attacker with many accounts could repeat, and put what it
   * is about into the name: the store only gets a digest of it.
   */
  countForTenant(name: string, window: number): Promise<number>;

  /**
   * Stores the first value of a name, for this step of this login. Everybody who can read the store can read it: store no secrets.
   *
   * @returns The stored value: `value`, or an earlier one.
   */
  remember(name: string, value: string): Promise<string>;

  /** Returns the stored value of a name; undefined if there is none. */
  recall(name: string): Promise<string | undefined>;
}

/**
 * Results that {@link Step.webhook} receives for one login.
 *
 * @publicApi
 */
export interface StepInbox {
  /**
   * Accepts results for this login, until the session token expires. Call it before the other site learns the reference.
   *
   * @param reference Names this login in the webhook; different in each login. Nobody else can guess it.
   * @throws Error if another login expects this reference.
   */
  expect(reference: string): Promise<void>;

  /** Returns the first result that a webhook delivered for a reference of this login; undefined if there is none yet. */
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
   * @throws RangeError if the result is too large; AuthRedirectError `replay_store_unavailable`.
   */
  deliver(reference: string, result: JsonValue): Promise<boolean>;
}

/**
 * A request of another server to `<redirect endpoint>/steps/<id>/webhook`.
 *
 * @publicApi
 */
export interface WebhookRequest {
  /** By name in lower case. */
  readonly headers: HttpRequest['headers'];
  /** The body as it arrived, for its signature: at most 65,536 bytes. */
  readonly body: Uint8Array;
  /** Logs with reference and step on each line. Log nothing that identifies a user. */
  readonly logger: Pick<LoggerService, 'log' | 'warn' | 'error'>;
}

/**
 * What a step learns about its login. State, keys and the response are out of its reach.
 *
 * @publicApi
 */
export interface StepContext {
  /** The verified session token of this login. */
  readonly sessionToken: SessionToken;
  /** Name of the tenant. */
  readonly tenant: string;
  /** Language of the pages (RFC 5646), like `en` or `pt-BR`. */
  readonly locale: string;
  /** Returns a text of the locale files in that language. */
  readonly t: Translate;
  /** Data of the steps before this one, by step id. */
  readonly earlier: Readonly<Record<string, JsonValue>>;
  /** Id of this request in the log and on error pages. */
  readonly reference: string;
  /** Counters and values that no browser can reset. */
  readonly memory: StepMemory;
  /** Results that {@link Step.webhook} received for this login and step. */
  readonly inbox: StepInbox;
  /**
   * Returns 32 bytes that only this service can derive: the same on every replica and in every browser, and different for every
   * login, step and name. They come from the secret that signs the session token (RFC 5869).
   */
  secret(name: string): Uint8Array;
  /**
   * Returns the absolute address that calls {@link Step.returned}. Keep its query.
   *
   * @throws Error if the option `publicUrl` is not set. If a step has `returned`, this fails startup.
   */
  returnUrl(): string;
  /**
   * Returns the address and the `state` for an OAuth client, whose redirect URI has to be registered: `url` is the same for all logins,
   * `state` names this login in this browser. You may add a dot and your own text to `state`. A return with another state does not
   * reach {@link Step.returned}; a return with the query of {@link returnUrl} does, so compare `state` there too. Only for returns by
   * GET.
   *
   * @throws Error if the option `publicUrl` is not set.
   */
  callback(): StepCallback;
  /**
   * Renders a mail with the views `mails/<name>.html.hbs` and `mails/<name>.text.hbs`, which the operator can replace. In addition to
   * `model`, they get `lang`, `dir`, `brand` (the name, or empty) and `color` (the accent color, or empty).
   *
   * @throws ViewError if a view is missing, or uses a variable that it does not get.
   */
  renderMail(name: string, model: Readonly<Record<string, unknown>>): Promise<MailParts>;
  /** Logs with reference, tenant and step on each line. Log nothing that identifies the user. */
  readonly logger: Pick<LoggerService, 'log' | 'warn' | 'error'>;
}

/**
 * The step is done. The continue token carries `data` under the step's id.
 *
 * @publicApi
 */
export interface Completed<Data extends JsonValue> {
  readonly type: 'completed';
  readonly data: Data;
}

/**
 * The form is not valid. The page is shown again with a message for each invalid field.
 *
 * @publicApi
 */
export interface Invalid<Form extends object> {
  readonly type: 'invalid';
  readonly messages: Partial<Record<keyof Form & string, string>>;
  /** A message about the form as a whole. */
  readonly message?: string;
}

/**
 * The user continues at another site, which sends them back to {@link Step.returned}.
 *
 * @publicApi
 */
export interface HandOff {
  readonly type: 'handOff';
  /** Absolute https address (http on localhost). Build it in the step; never copy it from a form. */
  readonly url: string;
}

/**
 * The step waits for something, like a vendor's webhook. The user stays at its page, which can refresh itself: see
 * {@link StepView.refresh}.
 *
 * @publicApi
 */
export interface Pending {
  readonly type: 'pending';
}

/**
 * The login ends without access: the Action learns it, and denies access.
 *
 * @publicApi
 */
export interface Denied {
  readonly type: 'denied';
  /** A stable word for programs, `error` of the continue token: 1 to 64 letters, digits, `_`, `-` and `.`. */
  readonly error: string;
  /**
   * A sentence for people, which the application shows: why the login ended, and what to do next. `error_description` of the continue
   * token; cut after 500 characters.
   */
  readonly description: string;
}

/**
 * The result of a submitted form.
 *
 * @publicApi
 */
export type StepResult<Form extends object, Data extends JsonValue> =
  Completed<Data> | Invalid<Form> | Denied | HandOff | Pending;

/**
 * Completes a step.
 *
 * @param data Goes to the Action, under the step's id.
 * @publicApi
 */
export const completed = <Data extends JsonValue>(data: Data): Completed<Data> => ({ type: 'completed', data });

/**
 * Shows the page again.
 *
 * @param messages One message for each invalid field.
 * @param message A message about the form as a whole. Default: none.
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
 * Something that the user does between the two tokens. An injectable class: list it in the module's `steps`, in the order of the
 * steps.
 *
 * @typeParam Form The page's form, a class with decorators of class-validator.
 * @typeParam Data Goes to the Action.
 *
 * @publicApi
 */
export abstract class Step<Form extends object = object, Data extends JsonValue = JsonValue> {
  /** Names the step in addresses, in the session token's `steps` claim and in the continue token: a-z, 0-9 and -. */
  abstract readonly id: string;

  /** The class of the form. Only valid forms reach {@link submit}. */
  abstract readonly form: Type<Form>;

  /**
   * Name of the only tenant whose logins can have this step. Null if the step belongs to one tenant, like by an OAuth client, and its
   * options do not name it: with several tenants, that fails startup. Default: all tenants.
   */
  readonly tenant?: string | null;

  /**
   * Returns whether this login needs the step. Not called if the session token's `steps` claim names the steps: the Action has
   * decided. Default: true.
   */
  applies(_context: StepContext): boolean | Promise<boolean> {
    return true;
  }

  /**
   * Returns the page: before the first post, and again after an invalid form.
   *
   * @param posted The fields of the invalid form. Default: nothing was posted.
   */
  abstract view(context: StepContext, posted?: FormValues): StepView | Promise<StepView>;

  /**
   * Handles a valid form. Posts of the same login take turns, on all replicas. After a result of `completed` or `denied` this is not
   * called again, and every post gets that result. It can be called twice only if its replica dies, or loses the store for 8 seconds,
   * before the result is stored: make side effects safe to repeat, for example with an idempotency key from
   * {@link StepContext.secret}.
   */
  abstract submit(context: StepContext, form: Form): StepResult<Form, Data> | Promise<StepResult<Form, Data>>;

  /**
   * How the other site sends the user back to {@link StepContext.returnUrl}: `GET`, with the values in the query, or `POST`, with a
   * form (`response_mode=form_post`, SAML). The other method then shows the step's page. Default: `GET`.
   */
  readonly returnMethod?: 'GET' | 'POST';

  /**
   * Handles the user's return from the site that `handOff` named. Required for a step that hands off. Takes turns like
   * {@link submit}.
   *
   * @param values Added by the other site to {@link StepContext.returnUrl} or {@link StepContext.callback}, or the fields of its form;
   *   see {@link returnMethod}. Anyone can write them: trust only signed parts.
   */
  returned?(context: StepContext, values: FormValues): StepResult<Form, Data> | Promise<StepResult<Form, Data>>;

  /**
   * Called with each GET of the step's page, before the page is shown: {@link pending} shows it, and any other result counts as if
   * the form were posted. For steps that wait: combine it with {@link StepView.refresh}. Takes turns like {@link submit}. Default: the
   * page is shown.
   */
  resume?(context: StepContext): StepResult<Form, Data> | Promise<StepResult<Form, Data>>;

  /**
   * Handles a request of another server, which belongs to no browser and no login: verify its signature, and deliver its result to
   * the login that expects it. {@link resume} and {@link returned} read it there. The same request may come several times, to any
   * replica.
   *
   * @returns `accepted` answers with status 200, also for a request that does not matter; `rejected` with 401.
   */
  webhook?(request: WebhookRequest, inbox: WebhookInbox): 'accepted' | 'rejected' | Promise<'accepted' | 'rejected'>;
}
