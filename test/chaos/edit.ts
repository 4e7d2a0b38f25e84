import type { JsonMap } from './json.ts';
import type { PlannedEdit } from './journal.ts';
import type { Target, WriterContext } from './target.ts';

/** The result of one request. `retryAfter` (in seconds) exists only for a 429. */
export interface Reply {
  code: number | string;
  outcome: 'accepted' | 'refused' | 'unknown';
  object?: JsonMap;
  retryAfter?: number;
  /** The server or the webhook does not respond, so the writer waits before the next edit. */
  isUnavailable?: boolean;
}

/** An edit that can be sent, and sent again after a 429. */
export interface Edit extends Omit<PlannedEdit, 'id' | 'style' | 'name'> {
  send: () => Promise<Reply>;
}

/** A way of clients to edit objects. */
export interface Style {
  name: string;
  weight: number;
  /** Reads the object and plans the edit. Throws if the server does not respond. */
  prepare: (workshop: WriterContext, target: Target, marker: string) => Promise<Edit>;
}
