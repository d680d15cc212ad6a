import { Injectable, Logger } from '@nestjs/common';
import type { CompletedEvent, DeniedEvent, EndedLogin, RefusedEvent } from 'nestjs-auth-redirect';

export interface AuditRecord {
  readonly what: string;
  /** The id on the error page, if the request was refused. */
  readonly reference: string;
  readonly user?: string;
}

/** Stores who did what. A real service writes to a database. */
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

  /** Stores a refusal. The event contains no user data and can be logged unchanged. */
  refused(event: RefusedEvent): void {
    this.records.push({ what: `refused: ${event.code}`, reference: event.reference });
    this.#logger.warn(event);
  }
}
