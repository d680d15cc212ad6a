import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { setUp } from './app.setup.js';

async function start(): Promise<void> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule);
  setUp(app);
  await app.listen(process.env.PORT ?? 3000);
}

void start();
