import { REFUSALS, type RefusalCause } from '../errors.js';
import type { Locales, Translate } from '../locales/locales.js';

interface RefusalTexts {
  readonly title: string;
  readonly text: string;
  readonly advice: string;
  readonly button: string;
  readonly referenceLabel: string;
}

interface ContinueTexts {
  readonly title: string;
  readonly text: string;
  readonly button: string;
}

/** The texts of our own pages, looked up once for each language: that takes longer than filling the page. */
export class PageTexts {
  readonly ofStepPage;
  readonly ofFooter;
  readonly #ofContinuePages;
  readonly #ofRefusals;

  constructor(locales: Locales) {
    const perLocale = <Texts>(make: (t: Translate) => Texts): ((locale: string) => Texts) => {
      const known = new Map<string, Texts>();
      return (locale) => {
        const texts = known.get(locale) ?? make(locales.translate(locale));
        // Only languages that there are: this does not grow with requests.
        if (locales.tags.includes(locale)) known.set(locale, texts);
        return texts;
      };
    };
    this.#ofContinuePages = perLocale((t) => ({
      automatic: { title: t('continue.title'), text: t('continue.text'), button: t('continue.button') },
      byHand: { title: t('continue.title'), text: t('continue.sent'), button: t('continue.button') },
    }));
    this.ofStepPage = perLocale((t) => ({ cancelLabel: t('step.cancel'), problemsTitle: t('step.problems') }));
    this.ofFooter = perLocale((t) => ({ privacyLabel: t('footer.privacy'), supportLabel: t('footer.support') }));
    this.#ofRefusals = perLocale(refusalTexts);
  }

  /** @param isAutomatic Whether the page posts by itself. */
  ofContinuePage(locale: string, isAutomatic: boolean): ContinueTexts {
    const { automatic, byHand } = this.#ofContinuePages(locale);
    return isAutomatic ? automatic : byHand;
  }

  /** @param hasLink Whether the page leads back to the sign-in. */
  ofRefusal(locale: string, cause: RefusalCause, hasLink: boolean): RefusalTexts {
    const texts = this.#ofRefusals(locale).get(idOf(cause, hasLink));
    if (!texts) throw new Error(`There are no texts for ${cause}`);
    return texts;
  }
}

function refusalTexts(t: Translate): ReadonlyMap<string, RefusalTexts> {
  const causes = [...new Set(Object.values(REFUSALS).map(({ cause }) => cause))];
  const entries = causes.flatMap((cause) =>
    [true, false].map((hasLink) => [idOf(cause, hasLink), refusalTextsOf(cause, hasLink, t)] as const),
  );
  return new Map(entries);
}

function refusalTextsOf(cause: RefusalCause, hasLink: boolean, t: Translate): RefusalTexts {
  const advice = ['unavailable', 'too_many_requests'].includes(cause) ? 'waitAdvice' : 'advice';
  return {
    title: t(`refusal.${cause}.title`),
    text: t(`refusal.${cause}.text`),
    advice: t(`refusal.${hasLink ? advice : `${advice}WithoutLink`}`),
    button: t('refusal.button'),
    referenceLabel: t('refusal.reference'),
  };
}

function idOf(cause: RefusalCause, hasLink: boolean): string {
  return `${cause} ${hasLink}`;
}
