import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import { addedMetadataFindings, changedReservedKeys } from '../../../src/domain/spoke/added-metadata.ts';
import { requestObject } from '../../support/facts.ts';
import { deployment } from '../../support/manifests.ts';

function made(metadata: JsonObject, field = 'namespaceMetadata') {
  const bare = deployment('team');
  const object = { ...bare, spec: { ...bare.spec, workload: { ...bare.spec.workload, [field]: metadata } } };
  return requestObject(object);
}

const label = (key: string, value = 'x') => made({ labels: { [key]: value } });
const annotation = (key: string, value = 'x') => made({ annotations: { [key]: value } });

const invalid: { object: ReturnType<typeof made>; path: string; message: RegExp; why: string }[] = [
  {
    object: label('pod-security.kubernetes.io/enforce-', ''),
    path: 'labels[pod-security.kubernetes.io/enforce-]',
    message: /must not end with -/,
    why: 'the work agent would remove the label',
  },
  { object: annotation('team-', ''), path: 'annotations[team-]', message: /must not end with -/, why: 'the same' },
  {
    object: label('kubernetes.io/metadata.name'),
    path: 'labels[kubernetes.io/metadata.name]',
    message: /the API server of the spoke sets this label/,
    why: 'it has no effect',
  },
  { object: label('a b'), path: 'labels[a b]', message: /a key is a name/, why: 'a space' },
  { object: label('a/b/c'), path: 'labels[a/b/c]', message: /a key is a name/, why: 'two prefixes' },
  { object: label('/a'), path: 'labels[/a]', message: /a key is a name/, why: 'an empty prefix' },
  { object: label('a/'), path: 'labels[a/]', message: /a key is a name/, why: 'an empty name' },
  { object: label('Acme.com/a'), path: 'labels[Acme.com/a]', message: /a key is a name/, why: 'upper case' },
  { object: label('a'.repeat(64)), path: `labels[${'a'.repeat(64)}]`, message: /at most 63/, why: 'too long' },
  { object: label('team', 'a b'), path: 'labels[team]', message: /the value of a label/, why: 'a space in the value' },
  { object: label('team', 'a'.repeat(64)), path: 'labels[team]', message: /at most 63/, why: 'a long value' },
  {
    object: annotation('big', 'é'.repeat(140_000)),
    path: 'annotations',
    message: /has 274 KiB; .* at most 256 KiB/,
    why: 'the size of all annotations',
  },
];

describe('labels and annotations for the spokes', () => {
  for (const { object, path, message, why } of invalid) {
    it(`are invalid in ${path.slice(0, 80)}: ${why}`, () => {
      const [finding, ...more] = addedMetadataFindings(object, undefined);
      assert.deepEqual([finding?.path, more], [`spec.workload.namespaceMetadata.${path}`, []]);
      assert.match(finding?.message ?? '', message);
      assert.deepEqual(addedMetadataFindings(object, object), [], 'an edit of something else is not refused');
    });
  }

  it('are valid if an API server accepts them', () => {
    const labels = { 'a.b_c-1': '', 'acme.com/team': 'A.b-c_1', team: 'a' };
    const annotations = { 'Acme.com/any': 'any text\n', note: 'a'.repeat(200 * 1024) };
    assert.deepEqual(addedMetadataFindings(made({ labels, annotations }), undefined), []);
    assert.deepEqual(addedMetadataFindings(made({ labels, annotations }, 'metadata'), undefined), []);
    assert.deepEqual(addedMetadataFindings(made({ labels: 'x', annotations: { a: 1 } }), undefined), []);
  });

  it('are valid on the Workload under a key that is reserved on namespaces', () => {
    const labels = { 'kubernetes.io/metadata.name': 'x' };
    assert.deepEqual(addedMetadataFindings(made({ labels }, 'metadata'), undefined), []);
  });

  it('are valid if an invalid one is removed', () => {
    assert.deepEqual(addedMetadataFindings(made({}), label('team-')), []);
  });

  it('need no right if they are invalid anyway', () => {
    const key = 'pod-security.kubernetes.io/enforce-';
    assert.deepEqual(changedReservedKeys(label(key, ''), undefined), []);
    assert.deepEqual(changedReservedKeys(made({}), label(key, '')).length, 1, 'its removal');
  });

  it('are reported up to a limit', () => {
    const labels = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}-`, '']));
    assert.equal(addedMetadataFindings(made({ labels }), undefined).length, 20);
  });
});

const keys: { key: string; reserved: boolean; why: string }[] = [
  { key: 'pod-security.kubernetes.io/enforce', reserved: true, why: 'Pod Security' },
  { key: 'kubernetes.io/metadata.name', reserved: true, why: 'the domain itself' },
  { key: 'Pod-Security.Kubernetes.io/enforce', reserved: true, why: 'upper case in the prefix' },
  { key: 'x.k8s.io/a', reserved: true, why: 'k8s.io' },
  { key: 'openshift.io/sa.scc.uid-range', reserved: true, why: 'OpenShift' },
  { key: 'work.open-cluster-management.io/a', reserved: true, why: 'OCM' },
  { key: 'app.kubernetes.io/name', reserved: false, why: 'a recommended label' },
  { key: 'deployment.kubernetes.io/revision', reserved: false, why: 'the complete example' },
  { key: 'kubernetes.io/managed-by', reserved: false, why: 'the complete example' },
  { key: 'scheduler.alpha.kubernetes.io/node-selector', reserved: false, why: 'the complete example' },
  { key: 'notkubernetes.io/a', reserved: false, why: 'another domain' },
  { key: 'kubernetes.io', reserved: false, why: 'a name without a prefix' },
  { key: 'acme.com/kubernetes.io', reserved: false, why: 'a name, not a prefix' },
];

describe('reserved labels and annotations for the spokes', () => {
  for (const { key, reserved, why } of keys) {
    it(`${reserved ? 'include' : 'do not include'} ${key}: ${why}`, () => {
      const found = (...given: Parameters<typeof changedReservedKeys>) =>
        changedReservedKeys(...given).map((entry) => entry.key);
      const expected = reserved ? [key] : [];
      assert.deepEqual(found(label(key), undefined), expected, 'added');
      assert.deepEqual(found(annotation(key), annotation(key, 'y')), expected, 'changed');
      assert.deepEqual(found(made({}), label(key)), expected, 'removed');
      assert.deepEqual(found(label(key), label(key)), [], 'unchanged');
    });
  }
});
