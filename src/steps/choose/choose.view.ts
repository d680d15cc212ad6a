import { textIn } from '../../auth-redirect/locales/localized-text.js';
import type { StepView } from '../../auth-redirect/pages/step-view.js';
import type { FormValues } from '../../auth-redirect/steps/step-form.js';
import type { StepContext } from '../../auth-redirect/steps/step.js';
import type { ChooseOptions } from './choose.options.js';
import type { Entry } from './entries.js';
import { matchesOf, SEARCH_MAX_LENGTH } from './search.js';

/** Longer lists have a search field. */
const SEARCH_FROM = 20;
/** Maximum entries on a page. */
const PAGE_SIZE = 50;

/** The values of the posted form that the page keeps. */
interface Posted {
  readonly choice: string;
  readonly filter: string;
  readonly page: number;
  readonly isRemembered: boolean;
}

/**
 * Renders the page with the list.
 *
 * @param lastChoice Id of the entry that is chosen at first. Default: none.
 */
export function choicePage(
  context: StepContext,
  options: ChooseOptions,
  entries: readonly Entry[],
  form: FormValues = {},
  lastChoice = '',
): StepView {
  const { locale, t } = context;
  const posted = postedIn(form, lastChoice);
  const matches = matchesOf(entries, posted.filter, locale);
  const pages = Math.max(1, Math.ceil(matches.length / PAGE_SIZE));
  const page = Math.min(posted.page, pages);
  const shown = matches.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  const chosen = entries.find(({ id }) => id === posted.choice);
  const label = labelOf(context, options);
  return {
    template: 'choose',
    title: titleOf(context, options),
    labels: { choice: label, filter: t('choose.search') },
    model: {
      ...NO_TROUBLE,
      text: options.text === undefined ? null : textIn(options.text, locale),
      search: entries.length <= SEARCH_FROM ? null : searchOf(context, posted, Object.hasOwn(form, 'search')),
      status: statusOf(context, { first: (page - 1) * PAGE_SIZE + 1, shown: shown.length, total: matches.length }),
      label,
      // Keeps a choice that is on another page of the list, in front of the others.
      choices: (chosen && !shown.includes(chosen) ? [chosen, ...shown] : shown).map((entry, index) =>
        choiceOf(entry, index, entry === chosen),
      ),
      previous: page > 1 ? { number: page - 1, label: t('choose.previous') } : null,
      next: page < pages ? { number: page + 1, label: t('choose.next') } : null,
      remember: options.remember ? { label: t('choose.remember'), isChecked: posted.isRemembered } : null,
    },
  };
}

/** Renders the page that offers to load the list again. It keeps the posted choice. */
export function troublePage(context: StepContext, options: ChooseOptions, form: FormValues = {}): StepView {
  const { choice, filter, isRemembered } = postedIn(form, '');
  const { t } = context;
  return {
    template: 'choose',
    title: titleOf(context, options),
    submitLabel: t('choose.retry'),
    model: {
      trouble: t('choose.unavailable'),
      kept: [
        { name: 'filter', value: filter },
        choice === '' ? { name: 'retry', value: 'yes' } : { name: 'choice', value: choice },
        ...(isRemembered ? [{ name: 'remember', value: 'yes' }] : []),
      ],
      ...{ text: null, search: null, status: '', label: '', choices: [], previous: null, next: null, remember: null },
    },
  };
}

const NO_TROUBLE = { trouble: null, kept: [] };

function titleOf({ locale, t }: StepContext, { title }: ChooseOptions): string {
  return title === undefined ? t('choose.title') : textIn(title, locale);
}

function labelOf({ locale, t }: StepContext, { label }: ChooseOptions): string {
  return label === undefined ? t('choose.label') : textIn(label, locale);
}

function postedIn(form: FormValues, lastChoice: string): Posted {
  const { choice = lastChoice, filter, page, remember } = form;
  const number = Number(page);
  return {
    choice: typeof choice === 'string' ? choice : '',
    filter: typeof filter === 'string' ? filter.slice(0, SEARCH_MAX_LENGTH) : '',
    page: Number.isSafeInteger(number) && number > 0 ? number : 1,
    isRemembered: remember === 'yes',
  };
}

/** @param isAnswer Whether the user has just searched, so that the result has the focus. */
function searchOf({ t }: StepContext, { filter }: Posted, isAnswer: boolean): object {
  return {
    label: t('choose.search'),
    button: t('choose.searchButton'),
    value: filter,
    maxLength: SEARCH_MAX_LENGTH,
    isAnswer,
  };
}

function statusOf({ t }: StepContext, found: { first: number; shown: number; total: number }): string {
  const { first, shown, total } = found;
  if (total === 0) return t('choose.noMatch');
  return shown === total
    ? t('choose.entries', { count: total })
    : t('choose.range', { first, last: first + shown - 1, total });
}

/** The first control has the name of the field as its id, because the list of problems links to it. */
function choiceOf({ id, label, description }: Entry, index: number, isChosen: boolean): object {
  const controlId = index === 0 ? 'choice' : `choice-${index + 1}`;
  const descriptionId = description === undefined ? null : `${controlId}-description`;
  return {
    controlId,
    value: id,
    label,
    description: description ?? null,
    descriptionId,
    isChosen,
    isFirst: index === 0,
  };
}
