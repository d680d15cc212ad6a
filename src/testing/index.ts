export { FrozenClock } from './frozen-clock.js';
export { LoginTester, type LoginAnswer } from './login-tester.js';
export { StepTester, type TestedLogin } from './step-tester.js';
