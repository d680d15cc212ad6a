/** Signs the tokens of the tenant and of the vendors. */
export const SECRET = 'k7Jq2vXw9Rz4tB6nY1mC8pL5sD3fG0hA';
const TERMS = 'You may use this service.\nYou may not misuse it.';
const local = { allowPrivateAddresses: true };

/** Returns the configuration of all steps. `site` is the address of the fake sites. */
export function stepsOf(site, smtpPort) {
  const webhook = {
    signature: 'persona',
    secret: SECRET,
    handle: '$.handle',
    status: '$.status',
    accepted: ['approved'],
    declined: ['declined'],
  };
  const vendor = { type: 'external', vendor: 'ID Check', webhook, attempts: 2, alternative: true };
  const bank = {
    algorithm: 'HS256',
    secret: SECRET,
    issuer: 'https://bank.example',
    audience: 'example',
    claims: ['iban'],
  };
  return [
    {
      type: 'terms',
      title: { en: 'Before you continue', ar: 'قبل أن تتابع' },
      documents: [
        { id: 'terms', title: { en: 'Terms of Service', ar: 'شروط الخدمة' }, version: '2026-11', text: TERMS },
        {
          id: 'privacy',
          title: { en: 'Privacy Policy', ar: 'سياسة الخصوصية' },
          version: '3',
          url: 'https://example.com/privacy',
        },
        {
          id: 'news',
          title: { en: 'Send me news', ar: 'أرسل لي الأخبار' },
          version: '1',
          required: false,
          url: 'https://example.com/news',
        },
      ],
    },
    {
      type: 'profile',
      notNow: 3,
      fields: [
        { name: 'given_name', type: 'text', label: 'First name', required: true },
        { name: 'phone_number', type: 'tel', label: 'Mobile phone', hint: 'For deliveries only', defaultCountry: 'US' },
        { name: 'birthdate', type: 'date', label: 'Birthday' },
        { name: 'country', type: 'country', label: 'Country' },
      ],
    },
    {
      type: 'email-code',
      smtpUrl: `smtp://localhost:${smtpPort}`,
      from: 'Example <login@example.com>',
      editableAddress: true,
    },
    {
      type: 'sms-code',
      countries: ['US'],
      editableNumber: true,
      gateway: {
        url: `${site}/sms`,
        body: { json: { to: '{{to}}', text: '{{text}}' } },
        success: { statuses: [200] },
        ...local,
      },
    },
    { ...vendor, id: 'external', url: `${site}/check` },
    { ...vendor, id: 'declining', url: `${site}/check?decline=yes` },
    { type: 'external', id: 'bank', vendor: 'Example Bank', url: `${site}/bank`, returnMethod: 'POST', ...bank },
    {
      type: 'choose',
      title: { en: 'Organization', ar: 'المؤسسة' },
      label: 'Your organizations',
      remember: true,
      source: { url: `${site}/list/{sub}`, ...local },
    },
    { type: 'choose', id: 'role', title: { en: 'Role', ar: 'الدور' }, claim: 'roles' },
    {
      type: 'choose',
      id: 'unavailable',
      title: { en: 'Organization', ar: 'المؤسسة' },
      source: { url: 'http://localhost:1/list/{sub}', ...local },
    },
    {
      type: 'account-link',
      optional: true,
      issuer: 'https://localhost:1/',
      clientId: 'account-link',
      clientSecret: SECRET,
      connections: [
        { name: 'google-oauth2', label: 'Google' },
        { name: 'apple', label: 'Apple' },
      ],
      httpClient: local,
    },
  ];
}
