import { completed, denied } from 'nestjs-auth-redirect';
import { FrozenClock, StepTester } from 'nestjs-auth-redirect/testing';
import { BirthdayStep } from './birthday.step.js';

/** Returns the parts of the date as the page posts them. */
const born = (year: string, month: string, day: string): Record<string, string> => ({
  'birthday-year': year,
  'birthday-month': month,
  'birthday-day': day,
});

describe('the birthday step', () => {
  const step = new BirthdayStep(new FrozenClock(Date.parse('2026-11-23T12:00:00Z')));
  const tester = new StepTester(step);

  it('accepts adults from their birthday on', async () => {
    expect(await tester.submit(born('2008', '11', '23'))).toEqual(completed({ adult: true }));
  });

  it('denies the others', async () => {
    expect(await tester.submit(born('2008', '11', '24'))).toEqual(denied('underage', 'You have to be 18.'));
  });

  it('uses the age that the Action sends', async () => {
    const strict = new StepTester(step, { claims: { adultAge: 21 } });
    expect(await strict.submit(born('2005', '11', '24'))).toEqual(denied('underage', 'You have to be 21.'));
    expect(await strict.submit(born('2005', '11', '23'))).toEqual(completed({ adult: true }));
  });

  it('requests the birthday again if it is empty or no date', async () => {
    expect(await tester.submit({})).toMatchObject({ messages: { birthday: 'Fill in this field.' } });
    const messages = { birthday: 'Enter a valid date, like 12/31/1990.' };
    expect(await tester.submit(born('2008', '2', '30'))).toMatchObject({ messages });
    expect(await tester.submit(born('', '11', '23'))).toMatchObject({ messages });
  });

  it('does not apply to known adults', async () => {
    expect(await tester.applies()).toBe(true);
    expect(await new StepTester(step, { claims: { adult: true } }).applies()).toBe(false);
  });
});
