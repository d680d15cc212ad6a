/** What a step, and what belongs to it, is called. */
export interface StepNames {
  readonly id: string;
  /** Class of the step, like `MyStep`. */
  readonly step: string;
  /** Class of its form. */
  readonly form: string;
  /** Type of what the Action gets. */
  readonly data: string;
  /** Title of its page. */
  readonly title: string;
  /** Claim of the session token that says that the user has taken it. */
  readonly claim: string;
}

/** @param id Lower case, with letters, digits and `-`. */
export function stepNames(id: string): StepNames {
  const words = id.split('-').filter((word) => word !== '');
  const meaning = words.length > 1 && words.at(-1) === 'step' ? words.slice(0, -1) : words;
  const name = meaning.map(capitalized).join('');
  return {
    id,
    step: `${name}Step`,
    form: `${name}Form`,
    data: `${name}Data`,
    title: capitalized(words.join(' ')),
    claim: `${words.join('_')}_done`,
  };
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
