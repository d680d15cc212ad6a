import type { LoggerService, Type } from '@nestjs/common';
import type { SessionToken } from '../session-token.js';
import type { Translate } from '../locales/locales.js';
import type { JsonValue } from '../json.js';
import type { StepView } from '../pages/step-view.js';
import type { FormValues } from './step-form.js';

/**
 * What holds whatever the browser does: a second browser, a cookie that is played back or another replica of the service find
 * the same. It lives in the replay store, which is the memory of one process unless Redis is configured.
 *
 * @publicApi
 */
export interface StepMemory {
  /**
   * Counts up by one, for this step of this login.
   *
   * @param window After how many seconds counting starts anew. Default: with the session token's end.
   * @returns How often it was counted, this time included.
   */
  count(name: string, window?: number): Promise<number>;

  /** The same for this step of this user, over all logins. */
  countForUser(name: string, window: number): Promise<number>;

  /**
   * The first value remembered under a name holds, for this step of this login.
   *
   * @returns The value that holds. Whoever reads the store can read it: no place for secrets.
   */
  remember(name: string, value: string): Promise<string>;
}

/**
 * What a step gets to know of the login it takes part in. The state, the keys and the response stay out of its reach.
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
  /** Gives a text of the locale files in that language. */
  readonly t: Translate;
  /** What the steps before this one gave, by step id. */
  readonly earlier: Readonly<Record<string, JsonValue>>;
  /** The id under which this request stands in the log, and on an error page. */
  readonly reference: string;
  /** Counts and values that no browser can reset. */
  readonly memory: StepMemory;
  /**
   * 32 bytes that this service alone can make, the same on every replica and in every browser, and different for every login,
   * step and name. Derived from the secret that the session token is signed with (RFC 5869).
   */
  secret(name: string): Uint8Array;
  /**
   * Absolute address at which {@link Step.returned} takes the user back. Keep its query.
   *
   * @throws Error where the option `publicUrl` is not set; for a step that has `returned` that stops the start.
   */
  returnUrl(): string;
  /** Writes to the log, with reference, tenant and step on each line. Give it nothing that identifies the user. */
  readonly logger: Pick<LoggerService, 'log' | 'warn' | 'error'>;
}

/**
 * The step is done; `data` goes into the continue token under the step's id.
 *
 * @publicApi
 */
export interface Completed<Data extends JsonValue> {
  readonly type: 'completed';
  readonly data: Data;
}

/**
 * Something in the form is not right: a message for each field. The page is shown again with them.
 *
 * @publicApi
 */
export interface Invalid<Form extends object> {
  readonly type: 'invalid';
  readonly messages: Partial<Record<keyof Form & string, string>>;
  /** What is wrong with the whole, where it is no field's. */
  readonly message?: string;
}

/**
 * The user goes on at another site, and comes back to {@link Step.returned}.
 *
 * @publicApi
 */
export interface HandOff {
  readonly type: 'handOff';
  /** Absolute https address (http on localhost); made by the step, never taken from a form. */
  readonly url: string;
}

/**
 * The user may not go on. The Action gets to know, and denies access.
 *
 * @publicApi
 */
export interface Denied {
  readonly type: 'denied';
  /** A stable word for machines, `error` of the continue token: letters, digits, `_`, `-` and `.`. */
  readonly error: string;
  /** A sentence for people, `error_description` of the continue token. */
  readonly description: string;
}

/**
 * How a submitted form ends.
 *
 * @publicApi
 */
export type StepResult<Form extends object, Data extends JsonValue> =
  Completed<Data> | Invalid<Form> | Denied | HandOff;

/**
 * Ends a step.
 *
 * @param data What the Action gets, under the step's id.
 * @publicApi
 */
export const completed = <Data extends JsonValue>(data: Data): Completed<Data> => ({ type: 'completed', data });

/**
 * Shows the page again.
 *
 * @param messages What is wrong, by field of the form.
 * @param message What is wrong with the whole. Default: nothing.
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
 * Something that the user does between the two tokens. An injectable class: list it in the module's `steps`, in the order in
 * which the steps are to be taken.
 *
 * @typeParam Form What the page's form posts, a class with class-validator's decorators.
 * @typeParam Data What the step gives to the Action.
 *
 * @publicApi
 */
export abstract class Step<Form extends object = object, Data extends JsonValue = JsonValue> {
  /** Stands in addresses, in the session token's `steps` claim and in the continue token: a-z, 0-9 and -. */
  abstract readonly id: string;

  /** The class of the form. What does not validate against it never reaches {@link submit}. */
  abstract readonly form: Type<Form>;

  /**
   * Whether this login needs the step. Not asked where the session token's `steps` claim names the steps: then the Action has
   * decided. Default: it does.
   */
  applies(_context: StepContext): boolean | Promise<boolean> {
    return true;
  }

  /** The page, before anything is posted, and again where something was not right. */
  abstract view(context: StepContext): StepView | Promise<StepView>;

  /**
   * Takes a form that validated. Of several posts of the same login at the same time, one is worked on after the other; after
   * one that ended in `completed` or `denied` no other is, and all of them get that result, on every replica.
   */
  abstract submit(context: StepContext, form: Form): StepResult<Form, Data> | Promise<StepResult<Form, Data>>;

  /**
   * Takes the user back from where `handOff` has sent them. A step that hands off has to have it.
   *
   * @param query What the other site added to {@link StepContext.returnUrl}. Anyone can write it: rely on what is signed.
   */
  returned?(context: StepContext, query: FormValues): StepResult<Form, Data> | Promise<StepResult<Form, Data>>;
}
