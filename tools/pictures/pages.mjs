const LIGHT = { locale: 'en', colorScheme: 'light' };
const DARK = { locale: 'en', colorScheme: 'dark' };
const PHONE = { width: 390, height: 700 };
export const DESKTOP = { width: 1024, height: 700 };

/** Browser settings for a page in the gallery. */
export const LOOKS = {
  light: { viewport: PHONE, ...LIGHT },
  dark: { viewport: PHONE, ...DARK },
  arabic: { viewport: PHONE, locale: 'ar', colorScheme: 'light' },
  desktop: { viewport: DESKTOP, ...LIGHT },
};

const UNCHECKED = 'input[type=checkbox][required]:not(:checked)';
const SUBMIT = 'form.step button[type=submit]:not([name])';

const click = (selector) => async (page) => page.locator(selector).first().click();
/** Clicks an element that leads to another page. */
const press = (selector) => async (page) => {
  const arrival = page.waitForEvent('framenavigated');
  await click(selector)(page);
  await arrival;
  await page.locator('main, body > form').first().waitFor();
};
const submit = press(SUBMIT);
const action = (name) => press(`form.step button[name=${name}]`);
const type = (selector, text) => async (page) => page.fill(selector, text);
const cancel = click('button[popovertarget=_cancel]');
const inOrder =
  (...actions) =>
  async (page) => {
    for (const act of actions) await act(page);
  };

/** Pages by picture name: the steps of a login with the user's actions, or a page of the preview. */
export const PAGES = {
  terms: { steps: ['terms'] },
  'terms-problem': { steps: ['terms'], act: submit },
  'terms-declined': { steps: ['terms'], act: action('decline') },
  profile: { steps: ['terms', 'profile'], act: inOrder(click(UNCHECKED), click(UNCHECKED), submit) },
  'profile-problem': { steps: ['profile'], act: inOrder(type('#phone_number', '12'), submit) },
  'email-code': { steps: ['email-code'] },
  'email-code-problem': { steps: ['email-code'], act: inOrder(type('#code', '12345x'), submit) },
  'email-code-address': { steps: ['email-code'], act: action('change') },
  'sms-code': { steps: ['sms-code'] },
  'sms-code-problem': { steps: ['sms-code'], act: action('resend') },
  'sms-code-number': { steps: ['sms-code'], act: action('change') },
  external: { steps: ['external'] },
  'external-waiting': { steps: ['external'], act: submit },
  'external-declined': { steps: ['declining'], act: submit },
  'external-unfinished': {
    steps: ['bank'],
    act: inOrder(submit, press('button'), press('#continue button')),
    scripts: false,
  },
  'external-return': { steps: ['bank'], act: inOrder(submit, press('button')), scripts: false },
  choose: { steps: ['role'] },
  'choose-search': { steps: ['choose'] },
  'choose-found': { steps: ['choose'], act: inOrder(type('#filter', 'zurich'), action('search')) },
  'choose-problem': { steps: ['unavailable'] },
  'account-link': { steps: ['account-link'] },
  'account-link-problem': { steps: ['account-link'], act: press('button[name=connection]') },
  cancel: { steps: ['terms'], act: cancel, fullPage: false },
  continue: { steps: [] },
  'continue-late': { steps: [], act: async (page) => page.clock.fastForward(6000) },
  'continue-manual': { preview: 'continue/again' },
  'continue-again': {
    steps: ['profile'],
    act: inOrder(type('#given_name', 'Alex'), submit, async (page) => page.reload({ waitUntil: 'commit' })),
  },
  'refusal-malformed-link': { preview: 'refusal/parameter_missing' },
  'refusal-expired': { preview: 'refusal/token_expired' },
  'refusal-not-valid': { preview: 'refusal/signature_invalid' },
  'refusal-session-missing': { preview: 'refusal/step_session_missing' },
  'refusal-already-used': { preview: 'refusal/session_token_already_used' },
  'refusal-not-found': { preview: 'refusal/not_found' },
  'refusal-method-not-allowed': { preview: 'refusal/method_not_allowed' },
  'refusal-too-many-requests': { preview: 'refusal/too_many_requests' },
  'refusal-unavailable': { preview: 'refusal/internal_error' },
};

/** Pictures for the README and for how-to pages: pages on phones of one height. */
export const SHEETS = {
  'steps.png': {
    height: 820,
    parts: [
      ['terms', LIGHT],
      ['profile-problem', LIGHT],
      ['email-code', { locale: 'ar', colorScheme: 'dark' }],
      ['external', { locale: 'de', colorScheme: 'light' }],
      ['refusal-expired', LIGHT],
    ],
  },
  'pages.png': {
    height: 560,
    parts: [
      ['continue', LIGHT],
      ['continue', DARK],
      ['refusal-expired', LIGHT],
      ['refusal-expired', DARK],
    ],
  },
};
