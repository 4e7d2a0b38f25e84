import assert from 'node:assert/strict';
import type { Environment } from '../../src/api/environment.ts';
import { customTopology, fewLines } from '../support/custom-topology.ts';
import { eventually, getObject, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { deleteTestObjects, waitUntilApplied } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

/** The short topology, whose evaluation does not end if the tenant sets `heavy`. */
const heavy = `
import "list"
${fewLines}
#Parameter: heavy: *false | bool
_numbers: list.Range(0, 100, 1)
if parameter.heavy {
	_endless: len([${'abcdefghij'.replaceAll(/./g, 'for $& in _numbers ')}if a < 0 {a}])
	outputs: work: metadata: labels: count: "\\(_endless)"
}
`;

describe('an edit that is too heavy to evaluate in time', function () {
  this.timeout(180_000);
  let tenant: TenantUser;
  let topology: string;

  const withProperties = (properties: { clusters: number; heavy?: boolean }) =>
    environment(tenant.namespace, { topology: { type: topology, properties } });
  const stored = () => getObject<Environment>(['environment', 'primary', '-n', tenant.namespace]);

  before(async () => {
    tenant = await createTenant('heavy');
    topology = `${tenant.namespace}-heavy`;
    await kubectlOk(['apply', '-f', '-'], { input: manifest(customTopology(topology, heavy)) });
    const { namespace } = tenant;
    const made = await tenant.apply(
      manifest(withProperties({ clusters: 1 }), profile(namespace), deployment(namespace)),
    );
    assert.equal(made.code, 0, made.stderr);
    await waitUntilApplied(namespace);
  });

  after(async () => {
    await deleteTestObjects(tenant.namespace);
    await kubectlOk(['delete', 'policydefinition', topology, '-n', 'mural-system']);
  });

  it('is refused with 429 or 504, because nobody knows what it does to namespaces', async () => {
    const { code, stderr } = await tenant.apply(manifest(withProperties({ clusters: 1, heavy: true })));
    assert.notEqual(code, 0, stderr);
    // Which of the two depends on the load: an evaluation has a deadline, and so has the whole decision.
    assert.match(stderr, /could not be evaluated in time.*\(LifecycleUnknown\)|could not decide within 4 s/);
    assert.deepEqual((await stored())?.spec.topology.properties, { clusters: 1 });
  });

  it('does not keep its tenant from an edit that can be evaluated', async () => {
    const edited = await eventually(
      'another edit is admitted',
      async () => (await tenant.apply(manifest(withProperties({ clusters: 2 })))).code === 0,
      { withinMs: 60_000 },
    );
    assert.equal(edited, true);
    await waitUntilApplied(tenant.namespace, 'web', 2);
  });
});
