import assert from 'node:assert/strict';
import { renderedKinds } from '../../../src/api/ocm.ts';
import {
  allowedKindOf,
  forbiddenGroups,
  forbiddenKinds,
  maxTopologyKinds,
  nameOfKind,
  readTopologyKinds,
  topologyKindOf,
  topologyKindsOf,
} from '../../../src/domain/render/topology-kind.ts';
import { defaultAllowedKinds } from '../../../src/domain/render/workload-render.ts';

const configMap = { group: '', version: 'v1', kind: 'ConfigMap' };
const policy = { group: 'networking.k8s.io', version: 'v1', kind: 'NetworkPolicy' };

const never = /a topology must never render this kind, because /;
const grammar = /use GROUP\/VERSION\/KIND such as .*, or v1\/ConfigMap for the core group/;

const refused: [text: string, message: RegExp, why: string][] = [
  ['', grammar, 'it names nothing'],
  ['ConfigMap', grammar, 'the version is missing'],
  ['v1/configmaps', grammar, 'the plural is no kind'],
  ['/v1/ConfigMap', grammar, 'the core group has no name'],
  ['core/v1/ConfigMap/x', grammar, 'there are too many parts'],
  ['networking.k8s.io/NetworkPolicy', grammar, 'the version is missing'],
  ['Networking.k8s.io/v1/NetworkPolicy', grammar, 'a group is in lower case'],
  ['v1/ConfigMap\n', grammar, 'a newline is no part of a kind'],
  ['v0/ConfigMap', grammar, 'no version has this name'],
  ['*/v1/ConfigMap', grammar, 'a pattern would allow anything'],
  ['v1/Secret', never, 'Secrets are never rendered'],
  ['v1/ServiceAccount', never, 'it is an identity'],
  ['v1/Pod', never, 'it runs containers'],
  ['v1/Namespace', /it is not in a namespace/, 'no hub namespace limits it'],
  ['rbac.authorization.k8s.io/v1/RoleBinding', never, 'it gives rights'],
  ['rbac.authorization.k8s.io/v9/Whatever', never, 'the whole group is refused'],
  ['admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration', never, 'it intercepts requests'],
  ['apiextensions.k8s.io/v1/CustomResourceDefinition', never, 'it changes what is served'],
  ['apiregistration.k8s.io/v1/APIService', never, 'it changes what is served'],
  ['authentication.k8s.io/v1/TokenRequest', never, 'it is an identity'],
  ['authorization.k8s.io/v1/SubjectAccessReview', never, 'it tells rights'],
  ['certificates.k8s.io/v1/CertificateSigningRequest', never, 'it is an identity'],
  ['spectrocloud.com/v1beta1/Environment', /it is a kind of mooring/, 'a topology would change what renders it'],
  ['work.open-cluster-management.io/v1/ManifestWork', never, 'the lifecycle rules would not know of it'],
  ['work.open-cluster-management.io/v1alpha1/ManifestWorkReplicaSet', /is always allowed/, 'it needs no option'],
  ['cluster.open-cluster-management.io/v1alpha1/Placement', /Placement of version v1beta1 is always/, 'two versions'],
  ['cluster.open-cluster-management.io/v1beta1/PlacementDecision', never, 'only OCM selects clusters'],
  ['apps/v1/Deployment', /it runs containers on the hub/, 'it runs containers'],
  ['batch/v1/CronJob', /it runs containers on the hub/, 'it runs containers'],
  ['example.com/v1/Placement', /it has the name of a kind of OCM/, 'objects are told apart by their kind'],
];

describe('the kinds of --topology-kind', () => {
  it('are of the core group or of another one, in any version', () => {
    const texts = ['v1/ConfigMap', 'networking.k8s.io/v1/NetworkPolicy', 'a.b/v2alpha1/X'];
    const other = { group: 'a.b', version: 'v2alpha1', kind: 'X' };
    assert.deepEqual(readTopologyKinds(texts), { ok: true, kinds: [configMap, policy, other] });
    assert.deepEqual(readTopologyKinds([]), { ok: true, kinds: [] });
  });

  for (const [text, message, why] of refused) {
    it(`cannot be ${JSON.stringify(text)}: ${why}`, () => {
      const read = readTopologyKinds(['v1/ConfigMap', text]);
      assert.ok(!read.ok);
      assert.ok(read.problem.startsWith(`--topology-kind ${text}: `));
      assert.match(read.problem, message);
    });
  }

  it('never include a kind of the lists in docs/security.md, in any version', () => {
    const all = [...Object.keys(forbiddenGroups).map((group) => ({ group, kind: 'Any' })), ...forbiddenKinds];
    for (const { group, kind } of all) {
      for (const version of ['v1', 'v2beta1']) {
        assert.ok(!readTopologyKinds([nameOfKind(allowedKindOf({ group, version, kind }))]).ok, `${group} ${kind}`);
      }
    }
  });

  it('have different names, because objects are told apart by their kind', () => {
    for (const second of ['v1/ConfigMap', 'v2/ConfigMap', 'example.com/v1/ConfigMap']) {
      const read = readTopologyKinds(['v1/ConfigMap', second]);
      assert.deepEqual(read, {
        ok: false,
        problem: `--topology-kind ${second}: another option names the kind ConfigMap already`,
      });
    }
  });

  it('are limited in number, because each is watched', () => {
    const texts = (count: number) => Array.from({ length: count }, (_, index) => `example.com/v1/Kind${index}`);
    assert.ok(readTopologyKinds(texts(maxTopologyKinds)).ok);
    assert.ok(!readTopologyKinds(texts(maxTopologyKinds + 1)).ok);
  });

  it('are added to the kinds of OCM, and found among them again', () => {
    for (const kind of [configMap, policy]) assert.deepEqual(topologyKindOf(allowedKindOf(kind)), kind);
    const allowed = [...defaultAllowedKinds, allowedKindOf(configMap), allowedKindOf(policy)];
    assert.deepEqual(topologyKindsOf(allowed), [configMap, policy]);
    assert.equal(defaultAllowedKinds.length, renderedKinds.length);
    assert.deepEqual(allowed.slice(-2).map(nameOfKind), ['v1/ConfigMap', 'networking.k8s.io/v1/NetworkPolicy']);
  });
});
