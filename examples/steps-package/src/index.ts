import { NicknameStep } from './nickname.step.js';
import { NicknamesService } from './nicknames.service.js';

export const steps = [NicknameStep];
export const providers = [NicknamesService];
export const viewsDirectory = '../views';
export const localesDirectory = '../locales';
