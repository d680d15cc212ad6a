// A step of a CommonJS package in an application of ES modules. It injects a class of nestjs-auth-redirect.
const { Inject } = require('@nestjs/common');
const { Allow } = require('class-validator');
const { AuthRedirectError, Clock, completed, Step } = require('nestjs-auth-redirect');

class GreetingForm {}
Allow()(GreetingForm.prototype, 'accepted');

class GreetingStep extends Step {
  id = 'greeting';
  form = GreetingForm;

  constructor(clock) {
    super();
    this.clock = clock;
  }

  view() {
    return { template: 'terms', title: 'Greeting', model: { introduction: 'Good morning', documents: [] } };
  }

  submit(_context, { accepted }) {
    if (accepted !== 'yes') throw new AuthRedirectError('too_many_requests');
    return completed({ greetedAt: this.clock.now() });
  }
}
Inject(Clock)(GreetingStep, undefined, 0);

exports.GreetingStep = GreetingStep;
