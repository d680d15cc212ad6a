import type { RefusalCause } from '../errors.js';

interface RefusalText {
  readonly title: string;
  /** What happened. */
  readonly text: string;
  /** What the person can do, where there is a link to sign in again. */
  readonly advice: string;
  /** What the person can do, where there is none. */
  readonly adviceWithoutLink: string;
}

const SIGN_IN_AGAIN = {
  advice: 'Please sign in again. It only takes a moment.',
  adviceWithoutLink: 'Please go back to the app or website you came from and sign in again.',
} as const;

/** The language that the pages are written in (RFC 5646). */
export const LANGUAGE = 'en';

export const CONTINUE_TEXT = {
  title: 'One moment, please',
  text: 'You are being taken back to your sign-in. If nothing happens, choose Continue.',
  button: 'Continue',
} as const;

export const STEP_TEXT = {
  submitLabel: 'Continue',
  cancelLabel: 'Cancel sign-in',
  problemsTitle: 'Please look at this again:',
} as const;

/** @param minutes Until the session token expires. */
export const deadlineText = (minutes: number): string =>
  minutes === 1 ? 'Please finish within 1 minute.' : `Please finish within ${minutes} minutes.`;

export const progressText = (position: number, total: number): string => `Step ${position} of ${total}`;

/** What the Action gets to know where the person cancels. */
export const CANCELLED = { error: 'cancelled', description: 'You cancelled the sign-in.' } as const;

export const REFUSAL_BUTTON = 'Sign in again';
export const REFERENCE_LABEL = 'Reference:';

/** What a person reads, by what went wrong. */
export const REFUSAL_TEXTS: Readonly<Record<RefusalCause, RefusalText>> = {
  malformed_link: {
    title: 'This link does not work',
    text: 'A part of the address that brought you here is missing, or was changed on the way.',
    ...SIGN_IN_AGAIN,
  },
  expired: {
    title: 'This took too long',
    text: 'For your safety, a sign-in has to be finished within a short time. Yours has run out.',
    ...SIGN_IN_AGAIN,
  },
  not_valid: {
    title: 'We cannot continue this sign-in',
    text: 'We could not confirm that this request comes from your sign-in.',
    ...SIGN_IN_AGAIN,
  },
  already_used: {
    title: 'This sign-in was already used',
    text: 'Each sign-in can be continued once only. Perhaps you opened an old link, or went back a page.',
    ...SIGN_IN_AGAIN,
  },
  not_found: {
    title: 'There is nothing here',
    text: 'The address may be misspelled, or the page is gone.',
    ...SIGN_IN_AGAIN,
  },
  method_not_allowed: {
    title: 'This page cannot be used that way',
    text: 'It can only be opened, and nothing can be sent to it.',
    ...SIGN_IN_AGAIN,
  },
  unavailable: {
    title: 'Something went wrong on our side',
    text: 'It is not your fault, and nothing was lost. Your sign-in was not finished.',
    advice: 'Please wait a moment, then sign in again.',
    adviceWithoutLink: 'Please wait a moment, then go back to the app or website you came from and sign in again.',
  },
};
