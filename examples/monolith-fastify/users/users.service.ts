import { Injectable } from '@nestjs/common';

export interface User {
  readonly id: string;
  readonly phone?: string;
  readonly lastLogin?: string;
}

/** Stores the application's users by their Auth0 id. A real service uses a database. */
@Injectable()
export class UsersService {
  readonly #users = new Map<string, User>();

  find(id: string): User {
    return this.#users.get(id) ?? { id };
  }

  change(id: string, changes: Partial<User>): void {
    this.#users.set(id, { ...this.find(id), ...changes });
  }
}
