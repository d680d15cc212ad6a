import { Injectable, Module } from '@nestjs/common';

@Injectable()
export class NicknamesService {
  private readonly taken = new Set(['admin']);

  isTaken(nickname: string): boolean {
    return this.taken.has(nickname);
  }
}

@Module({ providers: [NicknamesService], exports: [NicknamesService] })
export class NicknamesModule {}
