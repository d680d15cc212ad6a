import { isBlank, isPlainLine } from '../../fields/text.js';
import type { EntrySettings } from './choose.options.js';
import { ListFault } from './list-fault.js';
import { valueAt } from './member-path.js';

export const ENTRIES_MAX = 500;
/** Limit for an id, a label and a description, in characters (UTF-16 code units). */
const TEXT_MAX_LENGTH = 200;

export interface Entry {
  readonly id: string;
  readonly label: string;
  readonly description: string | undefined;
}

/**
 * Returns the entries of a list of texts or objects.
 *
 * @throws ListFault for an invalid list. A partial list would hide entries from the user.
 */
export function entriesOf(list: unknown, members: EntrySettings): readonly Entry[] {
  if (!Array.isArray(list)) throw new ListFault('not_a_list');
  if (list.length > ENTRIES_MAX) throw new ListFault('too_many_entries');
  const entries = list.map((given: unknown) => entryOf(given, members));
  if (new Set(entries.map(({ id }) => id)).size < entries.length) throw new ListFault('entry_repeated');
  return entries;
}

function entryOf(given: unknown, members: EntrySettings): Entry {
  if (typeof given === 'string') return { id: textOf(given), label: given, description: undefined };
  const id = textOf(valueAt(given, members.id));
  const label = valueAt(given, members.label) ?? id;
  const description = valueAt(given, members.description) ?? '';
  return { id, label: textOf(label), description: description === '' ? undefined : textOf(description) };
}

function textOf(value: unknown): string {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  const isText = typeof text === 'string' && text.length <= TEXT_MAX_LENGTH && !isBlank(text) && isPlainLine(text);
  if (!isText) throw new ListFault('entry_invalid');
  return text;
}
