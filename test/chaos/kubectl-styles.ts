import { mapAt, stringAt, withValue, type JsonMap } from './json.ts';
import type { Edit, Reply, Style } from './edit.ts';
import { runKubectlOnce } from './replies.ts';
import { apiVersion, contentOf, readTarget, type Target, type WriterContext } from './target.ts';

/** What is applied: the parts that this client keeps, with its marker. */
function manifest(target: Target, annotations: JsonMap): string {
  const metadata = { name: target.name, annotations };
  return JSON.stringify({ apiVersion, kind: 'Environment', metadata, spec: { topology: { type: 'topology-ocm' } } });
}

function createEdit(workshop: WriterContext, args: string[], intention: Omit<Edit, 'send'>, input?: string): Edit {
  return { ...intention, send: () => runKubectlOnce(workshop, args, input) };
}

const planAnnotation = (key: string, marker: string) => ({
  marker,
  changes: [{ path: ['annotations', key], value: marker }],
});

/** Else `kubectl replace` writes the whole object down as applied, and the next `kubectl apply` removes it all. */
function dropLastApplied(annotations: JsonMap): JsonMap {
  const { 'kubectl.kubernetes.io/last-applied-configuration': _, ...rest } = annotations;
  return rest;
}

function withoutObject(reply: Reply): Reply {
  const { object: _, ...rest } = reply;
  return rest;
}

/** The ways of kubectl itself. */
export const kubectlStyles: readonly Style[] = [
  {
    name: 'kubectl apply',
    weight: 4,
    // Each Environment by one of both: going over from one to the other, kubectl writes twice.
    prepare: async (workshop, target, marker) =>
      createEdit(
        workshop,
        ['apply', ...(target.versioned ? ['--server-side', '--force-conflicts'] : []), '-f', '-'],
        planAnnotation('applied', marker),
        manifest(target, { applied: marker }),
      ),
  },
  {
    name: 'kubectl apply --dry-run=server',
    weight: 1,
    prepare: async (workshop, target, marker) =>
      createEdit(
        workshop,
        ['apply', '--dry-run=server', '-f', '-'],
        { ...planAnnotation('applied', marker), dryRun: true },
        manifest(target, { applied: marker }),
      ),
  },
  {
    name: 'kubectl replace',
    weight: 1,
    async prepare(workshop, target, marker) {
      const { apiVersion: version = '', kind = '', metadata, spec = {} } = await readTarget(workshop, target.name);
      const { name = '', labels = {} } = mapAt({ metadata: metadata ?? {} }, 'metadata');
      const annotations = dropLastApplied(mapAt({ metadata: metadata ?? {} }, 'metadata', 'annotations'));
      const kept = { apiVersion: version, kind, metadata: { name, labels, annotations }, spec };
      const body = withValue(kept, ['metadata', 'annotations', 'replaced'], marker);
      // Without a resourceVersion: whatever came in between is written over.
      const input = JSON.stringify(body);
      return createEdit(workshop, ['replace', '-f', '-'], { marker, whole: contentOf(body) }, input);
    },
  },
  {
    name: 'kubectl label',
    weight: 1,
    async prepare(workshop, target, marker) {
      const changes = [{ path: ['labels', 'labelled'], value: marker }];
      const args = ['label', '--overwrite', 'environment', target.name, `labelled=${marker}`];
      const { send, ...edit } = createEdit(workshop, args, { marker, changes });
      // What it prints is what it sent, and not what the server answered.
      return { ...edit, send: async () => withoutObject(await send()) };
    },
  },
  {
    name: 'kubectl annotate',
    weight: 1,
    prepare: async (workshop, target, marker) =>
      createEdit(
        workshop,
        ['annotate', '--overwrite', 'environment', target.name, `annotated=${marker}`],
        planAnnotation('annotated', marker),
      ),
  },
  {
    name: 'kubectl replace of what was read',
    weight: 1,
    async prepare(workshop, target, marker) {
      const now = await readTarget(workshop, target.name);
      const annotations = dropLastApplied(mapAt(now, 'metadata', 'annotations'));
      const body = withValue(now, ['metadata', 'annotations'], { ...annotations, edited: marker });
      const input = JSON.stringify(body);
      if (stringAt(now, 'metadata', 'resourceVersion') === '') throw new Error('an object without a resourceVersion');
      return createEdit(workshop, ['replace', '-f', '-'], planAnnotation('edited', marker), input);
    },
  },
];
