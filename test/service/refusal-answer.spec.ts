import type { RequestsService } from '../../src/auth-redirect/requests/requests.service.js';
import { refusalAnswer } from '../../src/service/http/refusals.filter.js';

it('answers without details if rendering a refusal fails', async () => {
  const broken = {
    begin: () => ({ refused: async () => Promise.reject(new Error('secret of the template')) }),
  } as unknown as RequestsService;
  const answer = await refusalAnswer(broken, { method: 'GET', url: '/', headers: {} }, new Error('first'));
  expect(answer).toMatchObject({ status: 500, headers: { 'Cache-Control': 'no-store' } });
  expect(answer.body).not.toMatch(/secret|first/);
});
