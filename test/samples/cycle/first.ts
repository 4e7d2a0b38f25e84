import type { Second } from './second.ts';

export interface First {
  second: Second;
}
