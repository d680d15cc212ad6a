import { Injectable } from '@nestjs/common';

@Injectable()
export class NicknamesService {
  isTaken(nickname: string): boolean {
    return nickname === 'root';
  }
}
