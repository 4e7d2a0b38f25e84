import type { JsonMap } from './json.ts';
import type { PlannedEdit } from './journal.ts';
import type { Target, WriterContext } from './target.ts';

/** How one request ended. `retryAfter` is there on a 429, in seconds. */
export interface Reply {
  code: number | string;
  outcome: 'accepted' | 'refused' | 'unknown';
  object?: JsonMap;
  retryAfter?: number;
  /** Nothing answers just now: wait a little before the next edit. */
  isUnavailable?: boolean;
}

/** An edit that is ready to be sent, and sent again after a 429. */
export interface Edit extends Omit<PlannedEdit, 'id' | 'style' | 'name'> {
  send: () => Promise<Reply>;
}

/** One way in which clients edit. */
export interface Style {
  name: string;
  weight: number;
  /** Reads what the edit is made from, and says what it will change; throws where the server does not answer. */
  prepare: (workshop: WriterContext, target: Target, marker: string) => Promise<Edit>;
}
