import { Allow } from 'class-validator';

/**
 * Holds the posted form of {@link ChooseStep}.
 *
 * @publicApi
 */
export class ChooseForm {
  /** Id of the chosen entry. */
  @Allow()
  readonly choice?: unknown;

  /** Text of the search field. */
  @Allow()
  readonly filter?: unknown;

  /** The button of the search field. */
  @Allow()
  readonly search?: unknown;

  /** Number of a page of the list, from the button for the previous or next page. */
  @Allow()
  readonly page?: unknown;

  /** The checkbox that repeats this choice without a page in later logins. */
  @Allow()
  readonly remember?: unknown;

  /** Whether the page had no list, and no choice was posted before. */
  @Allow()
  readonly retry?: unknown;
}
