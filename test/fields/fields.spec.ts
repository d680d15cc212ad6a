import { Fields, type FieldOptions, type FieldsForm } from '../../src/fields/index.js';
import { fieldsProblems } from '../../src/fields/field.options.js';
import { completed, Step, type StepContext, type StepResult } from '../../src/auth-redirect/steps/step.js';
import type { FormValues } from '../../src/auth-redirect/steps/step-form.js';
import type { StepView } from '../../src/auth-redirect/pages/step-view.js';
import { StepTester } from '../../src/testing/step-tester.js';

const FIELDS = new Fields([
  { name: 'country', type: 'country', label: 'Country', required: true, countries: ['US', 'DE', 'FR'] },
  { name: 'state', type: 'text', label: 'State', required: true, when: { field: 'country', is: 'US' } },
  { name: 'contact', type: 'radio', label: 'Contact by', options: { phone: 'Phone', mail: 'Mail' } },
  { name: 'phone', type: 'tel', label: 'Phone', required: true, when: { field: 'contact', is: ['phone'] } },
  { name: 'topics', type: 'checkboxes', label: 'Topics', options: ['news', 'offers', 'events'] },
  { name: 'often', type: 'checkbox', label: 'Often', when: { field: 'topics', is: ['news', 'offers'] } },
  { name: 'reason', type: 'textarea', label: 'Reason', when: { field: 'often', is: false }, maxLength: 20 },
  { name: 'birthday', type: 'date', label: 'Birthday' },
]);

/** A custom step without its own template. */
class AnyStep extends Step<FieldsForm, { readonly birthday: string | null; readonly topics: string }> {
  readonly id = 'any';
  readonly form = FIELDS.form;

  view(context: StepContext, posted?: FormValues): StepView {
    return { template: 'fields', title: 'Any', ...FIELDS.view(context, posted, { country: 'DE', topics: ['events'] }) };
  }

  async submit(
    context: StepContext,
    form: FieldsForm,
  ): Promise<StepResult<FieldsForm, { birthday: string | null; topics: string }>> {
    const result = await FIELDS.read(context, form);
    if (result.type === 'invalid') return result;
    const { birthday, topics } = result.values; // their types follow from the types of the fields
    return completed({ birthday, topics: topics.join() });
  }
}

const text = { locale: 'en', t: (key: string) => key };
const read = async (form: FieldsForm): Promise<object> => {
  const result = await FIELDS.read(text, form);
  return result.type === 'invalid' ? result.messages : result.values;
};

describe('fields', () => {
  it('have no value, and require none, if their condition is not met', async () => {
    const form = { country: 'DE', topics: 'news', state: 'kept from before', phone: 'no number', reason: 'x\r\ny\tz' };
    expect(await read(form)).toEqual({
      ...{ country: 'DE', state: null, contact: null, phone: null, topics: ['news'], often: false },
      ...{ reason: 'x\ny z', birthday: null },
    });
  });

  it('have no value, and are hidden, if the field that their condition names is absent', async () => {
    // A user who ticks the box and then removes the topics still posts the tick.
    expect(await read({ country: 'DE', often: 'yes', reason: 'x'.repeat(21) })).toMatchObject({
      ...{ topics: [], often: false, reason: null },
    });
    expect(await new StepTester(new AnyStep()).render()).toContain(
      'form:not(:has(#topics:checked,#topics-2:checked)) #reason-field{display:none}',
    );
  });

  it('are required if their condition is met', async () => {
    expect(
      await read({ country: 'US', contact: 'phone', topics: ['offers', 'news'], often: 'yes', reason: 'x' }),
    ).toEqual({
      state: 'form.required',
      phone: 'form.required',
    });
    expect(
      await read({
        country: 'US',
        state: 'Ohio',
        contact: 'mail',
        topics: ['offers', 'news'],
        often: 'yes',
        reason: 'x',
      }),
    ).toMatchObject({ state: 'Ohio', phone: null, topics: ['news', 'offers'], often: true, reason: null });
  });

  it.each<[FieldsForm, object]>([
    [{ country: 'GB' }, { country: 'form.choose' }],
    [{ country: 'germany' }, { country: 'form.choose' }],
    [{ country: 'DE', contact: 'fax' }, { contact: 'form.choose' }],
    [{ country: 'DE', topics: ['news', 'other'] }, { topics: 'form.choose' }],
    [{ country: 'DE', topics: 'news', reason: 'x'.repeat(21) }, { reason: 'form.too_long' }],
    [
      { country: 'DE', 'birthday-month': '2', 'birthday-day': '31', 'birthday-year': '1990' },
      { birthday: 'form.date' },
    ],
    [{ country: 'DE', 'birthday-month': '12', 'birthday-day': '31' }, { birthday: 'form.date' }],
    [{ country: 'DE', 'birthday-year': '90' }, { birthday: 'form.date' }],
  ])('reject %j', async (form, messages) => {
    expect(await read(form)).toEqual(messages);
  });

  it('make a page for a step without a template', async () => {
    const tester = new StepTester(new AnyStep());
    const first = await tester.render();
    expect(first).toContain('<option value="DE" selected>Germany</option>');
    expect(first).toContain('name="topics" value="events" checked>');
    expect(first).toContain('<legend><bdi>Birthday</bdi> <span class="optional">(optional)</span></legend>');
    expect(first).toMatch(
      /<style nonce="[\w-]+">form:not\(:has\(#country option:nth-child\(4\):checked\)\) #state-field/,
    );
    expect(first).toContain('form:not(:has(#contact:checked)) #phone-field{display:none}');
    expect(first).toContain('form:not(:has(#topics:checked,#topics-2:checked)) #often-field{display:none}');
    expect(first).toContain('form:not(:has(#often:not(:checked))) #reason-field{display:none}');
    expect(
      await tester.submit({ country: 'FR', 'birthday-month': '2', 'birthday-day': '3', 'birthday-year': '1990' }),
    ).toEqual(completed({ birthday: '1990-02-03', topics: '' }));
  });

  it('show again everything that was posted, valid or not', async () => {
    const page = await new StepTester(new AnyStep()).render({
      ...{ country: 'US', state: 'O"hio', contact: 'phone', phone: '030 x', topics: ['news', 'offers'] },
      ...{ reason: '\na\n<b>', 'birthday-month': 'Foo', 'birthday-day': '31', 'birthday-year': '90' },
    });
    expect(page).toContain('<option value="US" selected>United States</option>');
    expect(page).toContain('value="O&quot;hio"');
    expect(page).toContain('value="phone" checked');
    expect(page).toContain('value="030 x"');
    expect(page.match(/name="topics" value="(?:news|offers)" checked/g)).toHaveLength(2);
    expect(page).not.toContain('name="topics" value="events" checked');
    expect(page).toMatch(/<textarea id="reason"[^>]*>\n\na\n&lt;b&gt;<\/textarea>/);
    expect(page).toMatch(
      /name="birthday-month"[^>]* value="Foo" aria-invalid="true" aria-describedby="birthday-problem"/,
    );
    expect(page).toMatch(/name="birthday-day"[^>]* value="31">/);
    expect(page).toMatch(/name="birthday-year"[^>]* value="90">/);
    expect(page).toContain('<a href="#birthday"><bdi>Birthday</bdi>: Enter a valid date, like 12/31/1990.</a>');
  });

  it.each<[object, string]>([
    [{ type: 'tel', defaultCountry: 'UK' }, 'defaultCountry is not the code of a country, like DE'],
    [{ type: 'tel', defaultCountry: false }, 'defaultCountry is not a text (quote it)'],
    [{ type: 'text', defaultCountry: 'DE' }, 'defaultCountry is not an option of the type text, only of tel'],
    [{ type: 'country', countries: ['DE', 'XX'] }, 'countries is not the code of a country'],
    [{ type: 'country', countries: [] }, 'countries is empty'],
    [{ type: 'country', countries: ['DE', 'DE'] }, 'countries repeats a country'],
    [{ type: 'radio' }, 'options is missing: the field needs a list of choices'],
    [{ type: 'text', when: 'country' }, 'when is not the value of an earlier field, like { field: country, is: US }'],
    [{ type: 'text', when: { field: 'country' } }, 'when is not the value of an earlier field'],
    [{ type: 'text', when: { field: 'country', is: [] } }, 'when is not the value of an earlier field'],
    [{ type: 'text', when: { field: 'country', is: 'US', or: 'DE' } }, 'when is not the value of an earlier field'],
    [{ type: 'text', when: { field: 'other', is: 'US' } }, 'when.field is other, which is not an earlier field'],
    [{ type: 'text', when: { field: 'field', is: 'US' } }, 'when.field is field, which is not an earlier field'],
    [{ type: 'text', when: { field: 'name', is: 'Ada' } }, 'when.field is name, whose type is none of select, radio'],
    [
      { type: 'text', when: { field: 'country', is: ['DE', 'USA'] } },
      'when.is has "USA", which is not a value of country',
    ],
    [{ type: 'text', when: { field: 'country', is: true } }, 'when.is has true, which is not a value of country'],
  ])('fail startup with %j: %s', (field, problem) => {
    const earlier = [
      { name: 'name', type: 'text', label: 'Name' },
      { name: 'country', type: 'country', label: 'Country' },
    ];
    expect(fieldsProblems([...earlier, { name: 'field', label: 'Field', ...field }])).toEqual([
      expect.stringContaining(`fields[2].${problem}`),
    ]);
  });

  it('name all countries in the language of the page, in the order of its alphabet', () => {
    const all = new Fields([{ name: 'country', type: 'country', label: 'Country' }]);
    const namesIn = (locale: string): string[] => {
      const { fields } = all.view({ ...text, locale }).model as { fields: [{ choices: { label: string }[] }] };
      return fields[0].choices.map(({ label }) => label);
    };
    expect(namesIn('en')).toHaveLength(249);
    expect(namesIn('en').slice(0, 3)).toEqual(['Afghanistan', 'Åland Islands', 'Albania']);
    expect(namesIn('de').slice(0, 3)).toEqual(['Afghanistan', 'Ägypten', 'Ålandinseln']);
    expect(namesIn('sv').slice(-2)).toEqual(['Österrike', 'Östtimor']);
  });

  it('are checked when they are created', () => {
    const fields: FieldOptions[] = [{ name: 'a', type: 'select', label: 'A' }];
    expect(() => new Fields(fields)).toThrow('fields[0].options is missing: the field needs a list of choices');
  });
});
