import { Inject, Injectable } from '@nestjs/common';
import { isJsonObject, type JsonObject } from '../../auth-redirect/json.js';
import type { StepView } from '../../auth-redirect/pages/step-view.js';
import type { FormValues } from '../../auth-redirect/steps/step-form.js';
import {
  completed,
  denied,
  invalid,
  pending,
  Step,
  type StepContext,
  type StepMemory,
  type StepResult,
} from '../../auth-redirect/steps/step.js';
import { optionsFrom, validOptions } from '../../auth-redirect/validation/validate.js';
import { ChooseForm } from './choose.form.js';
import { CHOOSE_OPTIONS, ChooseOptions, EntrySettings } from './choose.options.js';
import { choicePage, troublePage } from './choose.view.js';
import { entriesOf, type Entry } from './entries.js';
import { ListFault, TOO_MANY } from './list-fault.js';
import { ListSource } from './list-source.js';
import { ListSourceOptions } from './list-source.options.js';
import { matchesOf } from './search.js';

/**
 * Holds the data that the Action receives: the chosen entry. Null if the list was empty and `empty` is `skip`.
 *
 * @publicApi
 */
export type ChosenEntry = {
  readonly id: string;
  readonly label: string;
  /** Whether later logins repeat this choice without a page. */
  readonly remembered?: true;
} | null;

/** Maximum requests to the endpoint per login and minute. A person who searches needs fewer. */
const REQUESTS_OF_LOGIN = 20;
const MINUTE_SECONDS = 60;
/** Maximum requests to the endpoint per user and hour, over all logins. */
const REQUESTS_OF_USER = 100;
const HOUR_SECONDS = 3600;

type Result = StepResult<ChooseForm, ChosenEntry>;

/**
 * Requests one entry of a list: an organization, an account, a role, a workspace. The list comes from a claim of the session token, or
 * from an HTTP endpoint. The session token's claim with the step's id, `choose` by default, has the last choice: `{ id, remembered }`.
 *
 * Denies the login with `choose_empty` if the list is empty, unless `empty` is `skip`.
 *
 * @publicApi
 */
@Injectable()
export class ChooseStep extends Step<ChooseForm, ChosenEntry> {
  readonly id: string;
  readonly form = ChooseForm;
  /** The options of this step. */
  readonly options: ChooseOptions;
  readonly #members: EntrySettings;
  readonly #source: ListSource | undefined;

  /** Lists by request; undefined if a list cannot be used. */
  readonly #lists = new WeakMap<StepContext, Promise<readonly Entry[] | undefined>>();

  /** @throws AuthRedirectOptionsError with every problem. */
  constructor(@Inject(CHOOSE_OPTIONS) options: ChooseOptions) {
    super();
    this.options = validOptions('choose', ChooseOptions, options);
    const { id = 'choose', members = {}, source } = this.options;
    this.id = id;
    this.#members = optionsFrom(EntrySettings, members);
    this.#source = source && new ListSource(optionsFrom(ListSourceOptions, source));
  }

  override async resume(context: StepContext): Promise<Result> {
    const entries = await this.#entries(context);
    if (!entries) return pending();
    const [first] = entries;
    if (!first) return this.#withoutEntries(context);
    const { remember, single } = this.options;
    const last = this.#lastChoice(context);
    const remembered = entries.find(({ id }) => id === last.id);
    if (remember && last.remembered === true && remembered) return chosen(remembered, true);
    return entries.length === 1 && single !== 'show' ? chosen(first, false) : pending();
  }

  async view(context: StepContext, posted?: FormValues): Promise<StepView> {
    const entries = await this.#entries(context);
    if (!entries) return troublePage(context, this.options, posted);
    const { id } = this.#lastChoice(context);
    return choicePage(context, this.options, entries, posted, typeof id === 'string' ? id : '');
  }

  /** Loads the list again, because users can choose only its current entries. */
  async submit(context: StepContext, form: ChooseForm): Promise<Result> {
    const entries = await this.#entries(context);
    if (!entries) return invalid({});
    if (entries.length === 0) return this.#withoutEntries(context);
    const { choice, search, page, retry, remember } = form;
    if ([search, page, retry].some((button) => button !== undefined)) return invalid({});
    if (typeof choice !== 'string') return nothingChosen(context, form, entries);
    const entry = entries.find(({ id }) => id === choice);
    if (entry) return chosen(entry, this.options.remember === true && remember === 'yes');
    context.logger.warn('the posted choice is not in the list');
    return invalid<ChooseForm>({ choice: context.t('choose.gone') });
  }

  #withoutEntries({ t, logger }: StepContext): Result {
    if (this.options.empty === 'skip') return completed(null);
    logger.log('the list is empty');
    return denied('choose_empty', t('choose.nothing'));
  }

  /** Loads the list once for a request. */
  async #entries(context: StepContext): Promise<readonly Entry[] | undefined> {
    const known = this.#lists.get(context) ?? this.#load(context);
    this.#lists.set(context, known);
    return known;
  }

  async #load(context: StepContext): Promise<readonly Entry[] | undefined> {
    try {
      return entriesOf(await this.#listFor(context), this.#members);
    } catch (error) {
      if (!(error instanceof ListFault)) throw error;
      context.logger[error.code === TOO_MANY ? 'warn' : 'error'](`the list cannot be used: ${error.code}`);
      return undefined;
    }
  }

  async #listFor({ sessionToken, memory }: StepContext): Promise<unknown> {
    if (this.#source) {
      await countRequest(memory);
      return this.#source.load(sessionToken);
    }
    const list = sessionToken.claims[this.options.claim ?? ''];
    if (list === undefined) throw new ListFault('claim_missing');
    return list;
  }

  #lastChoice({ sessionToken: { claims } }: StepContext): JsonObject {
    const claim = claims[this.id];
    return isJsonObject(claim) ? claim : {};
  }
}

/** @throws ListFault `too_many_requests` */
async function countRequest(memory: StepMemory): Promise<void> {
  const isTooMany =
    (await memory.count('requests', MINUTE_SECONDS)) > REQUESTS_OF_LOGIN ||
    (await memory.countForUser('requests', HOUR_SECONDS)) > REQUESTS_OF_USER;
  if (isTooMany) throw new ListFault(TOO_MANY);
}

function chosen({ id, label }: Entry, isRemembered: boolean): Result {
  return completed({ id, label, ...(isRemembered && { remembered: true }) });
}

/** If the search has no match, the page shows no entries, so the message belongs to the search. */
function nothingChosen({ locale, t }: StepContext, { filter }: ChooseForm, entries: readonly Entry[]): Result {
  const isWithoutMatch = typeof filter === 'string' && matchesOf(entries, filter, locale).length === 0;
  return invalid<ChooseForm>(isWithoutMatch ? { filter: t('choose.noMatch') } : { choice: t('form.choose') });
}
