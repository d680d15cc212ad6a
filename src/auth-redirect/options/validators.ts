import { ValidateBy } from 'class-validator';
import {
  findContinueUrlProblem,
  findIssuerProblem,
  findLifetimeProblem,
  findLinkProblem,
  findSecretProblem,
  type FindProblem,
} from './problems.js';

/** Decorators for options and environment variables, so that both are refused in the same words. */
export const IsIssuer = (): PropertyDecorator => validateWith('isIssuer', findIssuerProblem);
export const IsSessionSecret = (): PropertyDecorator => validateWith('isSessionSecret', findSecretProblem);
export const IsContinueUrl = (): PropertyDecorator => validateWith('isContinueUrl', findContinueUrlProblem);
export const IsContinueTokenLifetime = (): PropertyDecorator =>
  validateWith('isContinueTokenLifetime', findLifetimeProblem);
export const IsLink = (): PropertyDecorator => validateWith('isLink', findLinkProblem);

function validateWith(name: string, findProblem: FindProblem): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (value) => findProblem(value) === undefined,
      defaultMessage: (given) => findProblem(given?.value) ?? '',
    },
  });
}
