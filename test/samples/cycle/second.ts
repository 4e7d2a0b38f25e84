import type { First } from './first.ts';

export interface Second {
  first?: First;
}
