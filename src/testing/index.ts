export { FrozenClock } from './frozen-clock.js';
export { StepTester, type TestedLogin } from './step-tester.js';
