import { createHmac } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { completed, denied, pending } from 'nestjs-auth-redirect';
import { StepTester } from 'nestjs-auth-redirect/testing';
import { AgeCheckStep } from './age-check.step.js';
import { BankStep } from './bank.step.js';

/** Returns a parameter that the step sends to the other site. */
function parameterOf(result: { readonly type: string; readonly url?: string }, name: string): string {
  return new URL(result.url ?? '').searchParams.get(name) ?? '';
}

describe('the bank', () => {
  const jwt = new JwtService({ secret: 'shared with the bank, 32 bytes or more' });
  const tester = new StepTester(new BankStep(jwt));

  it('returns a signed token for this login', async () => {
    const nonce = parameterOf(await tester.submit({}), 'nonce');
    expect(await tester.returned({ result: jwt.sign({ nonce, bank: 'Example Bank' }) })).toEqual(
      completed({ bank: 'Example Bank' }),
    );
  });

  it('rejects a token without a signature, or of another login', async () => {
    for (const result of ['x', jwt.sign({ nonce: 'of another login', bank: 'Example Bank' })])
      expect(await tester.returned({ result })).toMatchObject({ type: 'invalid' });
  });
});

describe('the age check', () => {
  const secret = 'shared with the vendor';
  const signatureOf = (body: string): string => createHmac('sha256', secret).update(body).digest('hex');
  let tester: StepTester<object, { readonly adult: true }>;
  let reference: string;
  beforeEach(async () => {
    tester = new StepTester(new AgeCheckStep(secret));
    reference = parameterOf(await tester.submit({}), 'reference');
  });
  const receive = async (result: string): Promise<string> => {
    const body = JSON.stringify({ reference, result });
    return tester.webhook(body, { 'x-signature': signatureOf(body) });
  };

  it('waits for the result after the return, on a page that refreshes itself', async () => {
    expect(await tester.returned({})).toEqual(pending());
    expect(await tester.view()).toMatchObject({ template: 'wait', refresh: 3 });
    expect(await receive('adult')).toBe('accepted');
    expect(await tester.resume()).toEqual(completed({ adult: true }));
  });

  it('ends at once if the result came before the return', async () => {
    await receive('minor');
    expect(await tester.returned({})).toEqual(denied('underage', 'You have to be 18.'));
  });

  it('rejects a webhook with another signature', async () => {
    expect(await tester.webhook('{}', { 'x-signature': signatureOf('{ }') })).toBe('rejected');
    expect(await tester.webhook('{}')).toBe('rejected');
  });
});
