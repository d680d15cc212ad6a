import { BirthdayStep } from './birthday.step.js';

export const steps = [BirthdayStep];
export const viewsDirectory = '../views';
