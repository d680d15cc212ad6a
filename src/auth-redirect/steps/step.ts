import type { LoggerService, Type } from '@nestjs/common';
import type { SessionToken } from '../continue-token/session-token.js';

/**
 * What JSON can hold; what a step gives ends up in a claim.
 *
 * @publicApi
 */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue };

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
  /** What the steps before this one gave, by step id. */
  readonly earlier: Readonly<Record<string, JsonValue>>;
  /** The id under which this request stands in the log, and on an error page. */
  readonly reference: string;
  /** Writes to the log, with reference, tenant and step on each line. Give it nothing that identifies the user. */
  readonly logger: Pick<LoggerService, 'log' | 'warn' | 'error'>;
}

/**
 * The page of a step: a view by its name, and what it shows.
 *
 * @publicApi
 */
export interface StepView {
  /** Name of the template: `views/steps/<name>.hbs`, or one of the operator's own. */
  readonly template: string;
  /** Title of the page, and its heading. */
  readonly title: string;
  /** The rest of what the template shows. Escaped by the template. */
  readonly model: Readonly<Record<string, unknown>>;
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
export type StepResult<Form extends object, Data extends JsonValue> = Completed<Data> | Invalid<Form> | Denied;

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
 * @publicApi
 */
export const invalid = <Form extends object>(messages: Invalid<Form>['messages']): Invalid<Form> => ({
  type: 'invalid',
  messages,
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

  /** Takes a form that validated. May be called again for the same login: a double click, a page that was gone back to. */
  abstract submit(context: StepContext, form: Form): StepResult<Form, Data> | Promise<StepResult<Form, Data>>;
}
