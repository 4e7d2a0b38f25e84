import { setTimeout as sleep } from 'node:timers/promises';
import type { Edit, Reply, Style } from './edit.ts';
import type { AttemptResult, Journal } from './journal.ts';
import { mapAt, stringAt, type JsonMap } from './json.ts';
import { sendOnce } from './replies.ts';
import { apiVersion, environmentPath, type Target, type WriterContext } from './target.ts';

/** The number of retries of kubectl and client-go. */
const maxRetries = 10;
/** Ms between two checks whether the server and the webhook respond again. */
const unavailablePollMs = 300;

export interface WriterOptions {
  workshop: WriterContext;
  journal: Journal;
  targets: readonly Target[];
  styles: readonly Style[];
  /** The beginning of every id, so that ids are unique in the run. */
  prefix: string;
  /** Reserves one of the edits of the run. False if there are no more. */
  take: () => boolean;
}

/** Makes edits one after another, until there are no more. */
export async function runWriter({ workshop, journal, targets, styles, prefix, take }: WriterOptions): Promise<void> {
  const { random } = workshop;
  for (let number = 1; take(); number += 1) {
    const target = targets[random.below(targets.length)];
    if (target === undefined) throw new Error('there are no Environments');
    const style = random.pick(styles);
    const edit = await prepareUntilRead(style, workshop, target);
    const { send, ...intention } = edit;
    const id = `${prefix}${number}`;
    journal.before({ id, style: style.name, name: target.name, ...intention });
    const ending = await sendUntilAnswered(send);
    const first = await readPinnedSpec(workshop, target, ending);
    journal.after(id, { ...ending, ...(intention.pin === undefined || first === undefined ? {} : { first }) });
    if (ending.isUnavailable) await waitUntilAvailable(workshop);
  }
}

/** Repeats the preparation until reading succeeds, because only edits that are sent count. */
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

/** A killed process needs seconds to start. Hundreds of edits would be refused meanwhile, which would test nothing. */
async function waitUntilAvailable(workshop: WriterContext): Promise<void> {
  const body = {
    apiVersion,
    kind: 'Environment',
    metadata: { name: 'availability-check' },
    spec: { topology: { type: 'topology-ocm' } },
  };
  const path = `${environmentPath(workshop.namespace)}?dryRun=All`;
  while ((await sendOnce(workshop, 'POST', path, body)).isUnavailable === true) await sleep(unavailablePollMs);
}

async function sendUntilAnswered(send: () => Promise<Reply>): Promise<AttemptResult & { isUnavailable: boolean }> {
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
    return { outcome, code, waitedMs, refused429, isUnavailable, ...(object === undefined ? {} : { object }) };
  }
}

/** The spec of the revision in the stamp of a pinned ref, read at once from the history or from the live object. */
async function readPinnedSpec(
  { api, namespace }: WriterContext,
  { name }: Target,
  ending: AttemptResult,
): Promise<JsonMap | undefined> {
  if (stringAt(ending.object, 'kind') !== 'WorkloadDeployment') return undefined;
  const stamp = stringAt(ending.object, 'metadata', 'annotations', 'spectrocloud.com/environment-revision');
  const number = /@v(\d+)/.exec(stamp)?.[1] ?? '';
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
