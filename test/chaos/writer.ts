import { setTimeout as sleep } from 'node:timers/promises';
import type { Edit, Reply, Style } from './edit.ts';
import type { Ending, Journal } from './journal.ts';
import { mapAt, textAt, type JsonMap } from './json.ts';
import { tryOnce } from './replies.ts';
import { apiVersion, environmentPath, type Target, type Workshop } from './target.ts';

/** As often as kubectl and client-go do. */
const mostRetries = 10;
/** Between two looks whether all answers again. */
const awayMs = 300;

export interface WriterOptions {
  workshop: Workshop;
  journal: Journal;
  targets: readonly Target[];
  styles: readonly Style[];
  /** Before every name, so that ids are unique in the run. */
  prefix: string;
  /** Takes one edit from what is left to do; `false` when all are taken. */
  take: () => boolean;
}

/** Makes edits, one after the other, until none are left. */
export async function write({ workshop, journal, targets, styles, prefix, take }: WriterOptions): Promise<void> {
  const { random } = workshop;
  for (let number = 1; take(); number += 1) {
    const target = targets[random.below(targets.length)];
    if (target === undefined) throw new Error('nothing to edit');
    const style = random.pick(styles);
    const edit = await prepared(style, workshop, target);
    const { send, ...intention } = edit;
    const id = `${prefix}${number}`;
    journal.before({ id, style: style.name, name: target.name, ...intention });
    const ending = await sendUntilAnswered(send);
    const first = await firstMeaning(workshop, target, ending);
    journal.after(id, { ...ending, ...(intention.pin === undefined || first === undefined ? {} : { first }) });
    if (ending.away) await untilBack(workshop);
  }
}

/** Reading goes on until it works: an edit that was never made is no edit. */
async function prepared(style: Style, workshop: Workshop, target: Target): Promise<Edit> {
  const marker = workshop.random.marker();
  for (;;) {
    try {
      return await style.prepare(workshop, target, marker);
    } catch {
      await sleep(awayMs);
    }
  }
}

/** What is killed takes seconds to come back, in which edits would be refused by the hundred and prove nothing. */
async function untilBack(workshop: Workshop): Promise<void> {
  const body = {
    apiVersion,
    kind: 'Environment',
    metadata: { name: 'nobody' },
    spec: { topology: { type: 'topology-ocm' } },
  };
  const path = `${environmentPath(workshop.namespace)}?dryRun=All`;
  while ((await tryOnce(workshop, 'POST', path, body)).away === true) await sleep(awayMs);
}

async function sendUntilAnswered(send: () => Promise<Reply>): Promise<Ending & { away: boolean }> {
  let refused429 = 0;
  let firstRefusal = 0;
  for (;;) {
    const { outcome, code, object, retryAfter, away = false } = await send();
    const wait = code === 429 && refused429 < mostRetries ? retryAfter : undefined;
    if (code === 429) {
      if (refused429 === 0) firstRefusal = performance.now();
      refused429 += 1;
    }
    if (wait !== undefined) {
      await sleep(wait * 1000);
      continue;
    }
    const waitedMs = refused429 === 0 ? 0 : Math.round(performance.now() - firstRefusal);
    return { outcome, code, waitedMs, refused429, away, ...(object === undefined ? {} : { object }) };
  }
}

/** What the revision holds that a pin was stamped with, read at once: from history, or from the live object. */
async function firstMeaning(
  { api, namespace }: Workshop,
  { name }: Target,
  ending: Ending,
): Promise<JsonMap | undefined> {
  if (textAt(ending.object, 'kind') !== 'WorkloadDeployment') return undefined;
  const stamp = textAt(ending.object, 'metadata', 'annotations', 'spectrocloud.com/environment-revision');
  const number = stamp.split('@v')[1] ?? '';
  const revisions = environmentPath(namespace).replace(/environments$/, 'definitionrevisions');
  try {
    const live = await api.send('GET', environmentPath(namespace, name));
    if (textAt(live.body, 'metadata', 'annotations', 'spectrocloud.com/revision') === number) {
      return mapAt(live.body, 'spec');
    }
    const recorded = await api.send('GET', `${revisions}/environment.${name}.v${number}`);
    return recorded.code === 200 ? mapAt(recorded.body, 'spec', 'object', 'spec') : undefined;
  } catch {
    return undefined;
  }
}
