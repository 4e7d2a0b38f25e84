import assert from 'node:assert/strict';
import { mooringStrictly } from '../../support/command-line.ts';
import { deployment, environment, manifest, profile } from '../../support/manifests.ts';

const enforce = 'pod-security.kubernetes.io/enforce';

/** A deployment whose Namespace has labels. */
function labelled(name: string, labels: Record<string, string>) {
  const made = deployment('team', { name, spokeNamespace: 'shop' });
  return { ...made, spec: { ...made.spec, workload: { ...made.spec.workload, namespaceMetadata: { labels } } } };
}

async function check(...deployments: ReturnType<typeof labelled>[]) {
  const input = manifest(environment('team'), profile('team'), ...deployments);
  const { code, out, error } = await mooringStrictly(['check', '-'], { input });
  return { code, text: out + error };
}

describe('labels of a shared namespace alternate on the spoke', function () {
  this.timeout(60_000);

  it('is denied for the second deployment, with the field', async () => {
    const web = labelled('web', { [enforce]: 'restricted', tier: 'gold' });
    const { code, text } = await check(web, labelled('web2', { [enforce]: 'privileged', tier: 'silver' }));
    assert.equal(code, 1);
    assert.match(
      text,
      /spec\.workload\.namespaceMetadata: Namespace shop is shared.*WorkloadDeployment team\/web gives it another value of labels\[pod-security\.kubernetes\.io\/enforce\], labels\[tier\].*\(NamespaceMetadataConflict\)/,
    );
  });

  it('is admitted with the same values, and with values of other keys', async () => {
    const web = labelled('web', { [enforce]: 'restricted', tier: 'gold' });
    const { code, text } = await check(web, labelled('web2', { [enforce]: 'restricted', team: 'a' }));
    assert.equal(code, 0, text);
    assert.doesNotMatch(text, /NamespaceMetadataConflict/);
  });
});
