import { Injectable, Logger } from '@nestjs/common';
import { AuthRedirectError } from '../errors.js';
import type { Answer } from '../http/answer.js';
import { PagesService } from '../pages/pages.service.js';
import { ReplayStore } from '../replay/replay-store.js';
import { RequestsService } from '../requests/requests.service.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { readBytes, type FormRequest } from './step-form.js';
import { webhookInbox } from './step-inbox.js';
import { StepRegistry } from './step-registry.js';
import type { WebhookRequest } from './step.js';

/** Passes webhooks of other servers to the steps. */
@Injectable()
export class StepWebhooksService {
  readonly #logger = new Logger('AuthRedirectStep');

  constructor(
    private readonly registry: StepRegistry,
    private readonly tenants: TenantsService,
    private readonly store: ReplayStore,
    private readonly pages: PagesService,
    private readonly requests: RequestsService,
  ) {}

  /** @returns Status 200, or a refusal. Never rejects. */
  async answer(request: FormRequest, id: string): Promise<Answer> {
    const handling = this.requests.begin(request);
    try {
      const step = this.registry.byId(id);
      if (!step?.webhook || request.method !== 'POST') throw new AuthRedirectError('not_found');
      const inbox = webhookInbox(this.store, (keyId) => this.tenants.keyById(keyId), id);
      const received = await this.#received(request, { reference: handling.reference, step: id });
      if ((await step.webhook(received, inbox)) === 'rejected') throw new AuthRedirectError('webhook_rejected');
      return this.pages.success();
    } catch (error) {
      return handling.refused(error);
    }
  }

  async #received(request: FormRequest, mark: { readonly reference: string; readonly step: string }) {
    const write = (level: 'log' | 'warn' | 'error') => (message: unknown) => this.#logger[level]({ message, ...mark });
    const logger = { log: write('log'), warn: write('warn'), error: write('error') };
    const body = await readBytes(request);
    if (!body) {
      logger.error('the application has parsed the body of a webhook: create the application with { rawBody: true }');
      throw new AuthRedirectError('internal_error');
    }
    return { headers: request.headers, body, logger } satisfies WebhookRequest;
  }
}
