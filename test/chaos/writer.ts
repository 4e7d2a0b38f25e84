import { setTimeout as sleep } from 'node:timers/promises';
import type { Edit, Reply, Style } from './edit.ts';
import type { AttemptResult, Journal } from './journal.ts';
import { mapAt, stringAt, type JsonMap } from './json.ts';
import { sendOnce } from './replies.ts';
import { apiVersion, environmentPath, type Target, type WriterContext } from './target.ts';

/** As often as kubectl and client-go do. */
const maxRetries = 10;
/** Between two looks whether all answers again. */
const unavailablePollMs = 300;

export interface WriterOptions {
  workshop: WriterContext;
  journal: Journal;
  targets: readonly Target[];
  styles: readonly Style[];
  /** Before every name, so that ids are unique in the run. */
  prefix: string;
  /** Takes one edit from what is left to do; `false` when all are taken. */
  take: () => boolean;
}

/** Makes edits, one after the other, until none are left. */
export async function runWriter({ workshop, journal, targets, styles, prefix, take }: WriterOptions): Promise<void> {
  const { random } = workshop;
  for (let number = 1; take(); number += 1) {
    const target = targets[random.below(targets.length)];
    if (target === undefined) throw new Error('nothing to edit');
    const style = random.pick(styles);
    const edit = await prepareUntilRead(style, workshop, target);
    const { send, ...intention } = edit;
    const id = `${prefix}${number}`;
    journal.before({ id, style: style.name, name: target.name, ...intention });
    const ending = await sendUntilAnswered(send);
    const first = await readPinnedSpec(workshop, target, ending);
    journal.after(id, { ...ending, ...(intention.pin === undefined || first === undefined ? {} : { first }) });
    if (ending.away) await waitUntilAvailable(workshop);
  }
}

/** Reading goes on until it works: an edit that was never made is no edit. */
async function prepareUntilRead(style: Style, workshop: WriterContext, target: Target): Promise<Edit> {
  const marker = workshop.random.marker();
  for (;;) {
    try {
      return await style.prepare(workshop, target, marker);
    } catch {
      await sleep(unavailablePollMs);
    }
  }
}

/** What is killed takes seconds to come back, in which edits would be refused by the hundred and prove nothing. */
async function waitUntilAvailable(workshop: WriterContext): Promise<void> {
  const body = {
    apiVersion,
    kind: 'Environment',
    metadata: { name: 'nobody' },
    spec: { topology: { type: 'topology-ocm' } },
  };
  const path = `${environmentPath(workshop.namespace)}?dryRun=All`;
  while ((await sendOnce(workshop, 'POST', path, body)).isUnavailable === true) await sleep(unavailablePollMs);
}

async function sendUntilAnswered(send: () => Promise<Reply>): Promise<AttemptResult & { away: boolean }> {
  let refused429 = 0;
  let firstRefusal = 0;
  for (;;) {
    const { outcome, code, object, retryAfter, isUnavailable = false } = await send();
    const wait = code === 429 && refused429 < maxRetries ? retryAfter : undefined;
    if (code === 429) {
      if (refused429 === 0) firstRefusal = performance.now();
      refused429 += 1;
    }
    if (wait !== undefined) {
      await sleep(wait * 1000);
      continue;
    }
    const waitedMs = refused429 === 0 ? 0 : Math.round(performance.now() - firstRefusal);
    return { outcome, code, waitedMs, refused429, away: isUnavailable, ...(object === undefined ? {} : { object }) };
  }
}

/** What the revision holds that a pin was stamped with, read at once: from history, or from the live object. */
async function readPinnedSpec(
  { api, namespace }: WriterContext,
  { name }: Target,
  ending: AttemptResult,
): Promise<JsonMap | undefined> {
  if (stringAt(ending.object, 'kind') !== 'WorkloadDeployment') return undefined;
  const stamp = stringAt(ending.object, 'metadata', 'annotations', 'spectrocloud.com/environment-revision');
  const number = stamp.split('@v')[1] ?? '';
  const revisions = environmentPath(namespace).replace(/environments$/, 'definitionrevisions');
  try {
    const live = await api.send('GET', environmentPath(namespace, name));
    if (stringAt(live.body, 'metadata', 'annotations', 'spectrocloud.com/revision') === number) {
      return mapAt(live.body, 'spec');
    }
    const recorded = await api.send('GET', `${revisions}/environment.${name}.v${number}`);
    return recorded.code === 200 ? mapAt(recorded.body, 'spec', 'object', 'spec') : undefined;
  } catch {
    return undefined;
  }
}
