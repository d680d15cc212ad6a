// The step of frozen-replica.mjs: it is as slow as a call to a vendor.
import { setTimeout as wait } from 'node:timers/promises';
import { completed, Step } from 'nestjs-auth-redirect';

class SlowForm {}

class SlowStep extends Step {
  id = 'slow';
  form = SlowForm;

  view() {
    return {
      template: 'terms',
      title: 'Slow',
      model: { introduction: null, documents: [] },
    };
  }

  async submit() {
    await wait(1000);
    return completed(process.env.REPLICA);
  }
}

export const steps = [SlowStep];
