import { mapAt, stringAt, withValue, type JsonMap } from './json.ts';
import type { Edit, Reply, Style } from './edit.ts';
import { runKubectlOnce } from './replies.ts';
import { apiVersion, contentOf, readTarget, type Target, type WriterContext } from './target.ts';

/** The applied configuration: the fields that this client owns, with its marker. */
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

/** With this annotation `kubectl replace` would record the whole object as applied, and the next `kubectl apply` would remove it. */
function dropLastApplied(annotations: JsonMap): JsonMap {
  const { 'kubectl.kubernetes.io/last-applied-configuration': _, ...rest } = annotations;
  return rest;
}

function withoutObject(reply: Reply): Reply {
  const { object: _, ...rest } = reply;
  return rest;
}

/** The ways of kubectl. */
export const kubectlStyles: readonly Style[] = [
  {
    name: 'kubectl apply',
    weight: 4,
    // Each Environment uses only one of both ways, because kubectl writes twice when the way changes.
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
      // Without a resourceVersion: concurrent changes are overwritten.
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
      // kubectl prints the object that it sent, and not the one in the response.
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
    name: 'kubectl replace with a resourceVersion',
    weight: 1,
    async prepare(workshop, target, marker) {
      const now = await readTarget(workshop, target.name);
      const annotations = dropLastApplied(mapAt(now, 'metadata', 'annotations'));
      const body = withValue(now, ['metadata', 'annotations'], { ...annotations, edited: marker });
      const input = JSON.stringify(body);
      if (stringAt(now, 'metadata', 'resourceVersion') === '')
        throw new Error('the object does not have a resourceVersion');
      return createEdit(workshop, ['replace', '-f', '-'], planAnnotation('edited', marker), input);
    },
  },
];
