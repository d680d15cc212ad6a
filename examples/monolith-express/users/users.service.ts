import { Injectable } from '@nestjs/common';

/** The application's own users, by their Auth0 id. A real one asks a database. */
@Injectable()
export class UsersService {
  readonly #displayNames = new Map<string, string>();

  displayNameOf(userId: string): string | undefined {
    return this.#displayNames.get(userId);
  }

  /** @returns False where somebody else has the name. */
  setDisplayName(userId: string, displayName: string): boolean {
    const isTaken = [...this.#displayNames].some(([owner, name]) => name === displayName && owner !== userId);
    if (!isTaken) this.#displayNames.set(userId, displayName);
    return !isTaken;
  }
}
