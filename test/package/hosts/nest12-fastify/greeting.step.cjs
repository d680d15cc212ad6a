// A step as a package of CommonJS would bring it: it loads the other copy of nestjs-auth-redirect.
const { Allow } = require('class-validator');
const { AuthRedirectError, completed, Step } = require('nestjs-auth-redirect');

class GreetingForm {}
Allow()(GreetingForm.prototype, 'accepted');

exports.GreetingStep = class GreetingStep extends Step {
  id = 'greeting';
  form = GreetingForm;

  view() {
    return { template: 'terms', title: 'Greeting', model: { introduction: 'Good morning', documents: [] } };
  }

  submit(_context, { accepted }) {
    if (accepted !== 'yes') throw new AuthRedirectError('too_many_requests');
    return completed({ greeted: true });
  }
};
