import { completed, denied } from 'nestjs-auth-redirect';
import { FrozenClock, StepTester } from 'nestjs-auth-redirect/testing';
import { BirthdayStep } from './birthday.step.js';

describe('the birthday step', () => {
  const step = new BirthdayStep(new FrozenClock(Date.parse('2026-11-23T12:00:00Z')));
  const tester = new StepTester(step);

  it('lets adults through from the day on', async () => {
    expect(await tester.submit({ birthday: '2008-11-23' })).toEqual(completed({ adult: true }));
  });

  it('denies the others', async () => {
    expect(await tester.submit({ birthday: '2008-11-24' })).toEqual(denied('underage', 'You have to be 18.'));
  });

  it('uses the age that the Action sends', async () => {
    const strict = new StepTester(step, { claims: { adultAge: 21 } });
    expect(await strict.submit({ birthday: '2005-11-24' })).toEqual(denied('underage', 'You have to be 21.'));
    expect(await strict.submit({ birthday: '2005-11-23' })).toEqual(completed({ adult: true }));
  });

  it.each(['', '23.11.2008', '2008-02-30'])('asks again for %j', async (birthday) => {
    const messages = { birthday: 'Please give your birthday, like 1990-12-31.' };
    expect(await tester.submit({ birthday })).toEqual({ type: 'invalid', messages });
  });

  it('is not taken by who is known to be an adult', async () => {
    expect(await tester.applies()).toBe(true);
    expect(await new StepTester(step, { claims: { adult: true } }).applies()).toBe(false);
  });
});
