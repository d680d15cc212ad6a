import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { setUp } from './app.setup.js';

async function start(): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule,
    new FastifyAdapter({ trustProxy: 'uniquelocal' }),
  );
  await setUp(app);
  await app.listen(process.env.PORT ?? 3000, '0.0.0.0');
}

void start();
