import { Injectable, Logger } from '@nestjs/common';
import type { CompletedEvent, DeniedEvent, EndedLogin, RefusedEvent } from 'nestjs-auth-redirect';

export interface AuditRecord {
  readonly what: string;
  /** The id that the person was shown, where something was refused. */
  readonly reference: string;
  readonly user?: string;
}

/** Who did what. A real one writes to a table. */
@Injectable()
export class AuditService {
  readonly records: AuditRecord[] = [];
  readonly #logger = new Logger('Logins');

  completed({ reference }: CompletedEvent, { sessionToken, steps }: EndedLogin): void {
    const what = ['login', ...Object.keys(steps)].join(', ');
    this.records.push({ what, reference, user: sessionToken.subject });
  }

  denied({ reference, error }: DeniedEvent, { sessionToken }: EndedLogin): void {
    this.records.push({ what: `denied: ${error}`, reference, user: sessionToken.subject });
  }

  /** Nobody is known here; the event can be logged as it is. */
  refused(event: RefusedEvent): void {
    this.records.push({ what: `refused: ${event.code}`, reference: event.reference });
    this.#logger.warn(event);
  }
}
