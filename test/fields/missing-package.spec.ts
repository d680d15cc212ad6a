import { Fields } from '../../src/fields/index.js';
import { PROFILE_OPTIONS, ProfileStep } from '../../src/steps/profile/index.js';
import { ADAPTERS, HostApplication } from '../harness/application.js';

jest.mock('libphonenumber-js/min', () => {
  throw Object.assign(new Error("Cannot find module 'libphonenumber-js/min'"), { code: 'MODULE_NOT_FOUND' });
});

const PHONE = { name: 'phone', type: 'tel', label: 'Phone' } as const;

describe('without the package for phone numbers', () => {
  it.each(ADAPTERS)('a profile with a phone number fails startup on %s', async (adapter) => {
    const options = { provide: PROFILE_OPTIONS, useValue: { fields: [PHONE] } };
    await expect(HostApplication.start(adapter, {}, 'recorded', [ProfileStep], [options])).rejects.toMatchObject({
      problems: ['fields of type tel need a package that cannot be loaded: npm install libphonenumber-js'],
    });
  });

  it('other fields work', async () => {
    await expect(new Fields([{ ...PHONE, type: 'text' }]).load()).resolves.toBeUndefined();
  });
});
