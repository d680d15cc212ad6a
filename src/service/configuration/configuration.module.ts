import { ConfigModule } from '@nestjs/config';
import { validateEnvironment } from './environment.js';

/**
 * The validated environment. Validation begins when this file is loaded and may fail before anyone waits for it, so the
 * failure is taken here and arrives again where the application is created.
 */
export const configuration = ConfigModule.forRoot({
  isGlobal: true,
  ignoreEnvFile: process.env.NODE_ENV === 'production',
  validate: validateEnvironment,
});
configuration.catch(() => undefined);
