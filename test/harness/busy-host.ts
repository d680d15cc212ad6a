import {
  Body,
  Controller,
  Get,
  HttpCode,
  Post,
  type INestApplication,
  type ModuleMetadata,
  type NestApplicationOptions,
  type Type,
} from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { IsIn, IsString } from 'class-validator';
import { Clock, completed, denied, Step, type StepContext, type StepResult, type StepView } from '../../src/index.js';
import { FrozenClock } from '../../src/testing/frozen-clock.js';
import { ServedApplication, type AdapterName } from './application.js';
import { NOW } from './tokens.js';

class ColorForm {
  @IsIn(['red', 'blue', 'none'], { message: 'Please choose a color.' })
  color!: string;
}

/** A minimal step, for tests of the code around it. */
export class ColorStep extends Step<ColorForm, string> {
  readonly id = 'color';
  readonly form = ColorForm;

  view(): StepView {
    const model = { introduction: 'Choose one.', documents: [] };
    return { template: 'terms', title: 'Color', model };
  }

  submit(_context: StepContext, { color }: ColorForm): StepResult<ColorForm, string> {
    return color === 'none' ? denied('no_color', 'Without a color there is no way on.') : completed(color);
  }
}

class NoteBody {
  @IsString()
  text!: string;
}

@Controller('notes')
export class NotesController {
  @Get()
  all(): object {
    return { notes: ['buy milk'] };
  }

  @Post()
  @HttpCode(200)
  add(@Body() body: NoteBody): object {
    return { added: body };
  }
}

interface BusyHostOptions extends ModuleMetadata {
  /** The host's code in `main.ts`. */
  readonly configure?: (app: INestApplication) => void | Promise<void>;
  readonly nest?: NestApplicationOptions;
  /** The path of the redirect endpoint. Default: `/redirect`. */
  readonly at?: string;
}

/** An application with other features that imports the module, with a frozen clock. */
export class BusyHost extends ServedApplication {
  static async start(
    adapter: AdapterName,
    { configure, nest = {}, at = '/redirect', ...metadata }: BusyHostOptions,
  ): Promise<BusyHost> {
    const module = await Test.createTestingModule({
      ...metadata,
      controllers: [NotesController, ...(metadata.controllers ?? [])],
    })
      .overrideProvider(Clock)
      .useValue(new FrozenClock(NOW * 1000))
      .compile();
    const app = module.createNestApplication(adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter(), {
      logger: false,
      ...nest,
    });
    await configure?.(app);
    await app.listen(0, '127.0.0.1');
    return new BusyHost(app, at);
  }

  get<Provider>(type: Type<Provider>): Provider | undefined {
    return this.app?.get(type, { strict: false });
  }
}
