import { Injectable } from '@nestjs/common';

/** Stores the application's users by their Auth0 id. A real service uses a database. */
@Injectable()
export class UsersService {
  readonly #displayNames = new Map<string, string>();

  displayNameOf(userId: string): string | undefined {
    return this.#displayNames.get(userId);
  }

  /** @returns False if another user has the name. */
  setDisplayName(userId: string, displayName: string): boolean {
    const isTaken = [...this.#displayNames].some(([owner, name]) => name === displayName && owner !== userId);
    if (!isTaken) this.#displayNames.set(userId, displayName);
    return !isTaken;
  }
}
