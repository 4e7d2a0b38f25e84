import assert from 'node:assert/strict';
import { mooring } from '../support/command-line.ts';

const printed = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: mooring-use-hub-namespace-prod
  labels:
    app.kubernetes.io/name: mooring
rules:
  - apiGroups:
      - spectrocloud.com
    resources:
      - hubnamespaces
    resourceNames:
      - prod
    verbs:
      - use
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: mooring-use-hub-namespace-prod-DIGEST
  labels:
    app.kubernetes.io/name: mooring
subjects:
  - kind: User
    apiGroup: rbac.authorization.k8s.io
    name: alice
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: mooring-use-hub-namespace-prod
`;

describe('a grant of a namespace', () => {
  it('is a ClusterRole and a ClusterRoleBinding', async () => {
    const { code, out } = await mooring(['hub-namespace', 'allow', 'prod', '--user', 'alice']);
    assert.deepEqual([code, out.replace(/prod-[0-9a-f]{10}\n/, 'prod-DIGEST\n')], [0, printed]);
  });

  it('has one binding for each subject, which another grant of the namespace does not replace', async () => {
    const args = ['--group', 'sre', '--user', 'alice', '--user', 'bob', '--serviceaccount', 'argocd:controller'];
    const { out } = await mooring(['hub-namespace', 'allow', 'prod', ...args]);
    const names: string[] = out.match(/mooring-use-hub-namespace-prod-[0-9a-f]{10}/g) ?? [];
    assert.equal(new Set(names).size, 4);
    assert.match(out, /kind: ServiceAccount\n {4}namespace: argocd\n {4}name: controller/);
    assert.match(out, /kind: Group\n {4}apiGroup: rbac\.authorization\.k8s\.io\n {4}name: sre/);
    const alone = await mooring(['hub-namespace', 'allow', 'prod', '--user', 'bob']);
    assert.ok(names.some((name) => alone.out.includes(name)));
  });

  const refused: [args: string[], error: RegExp][] = [
    [['prod'], /^mooring: say who may use hub namespace prod: --user, --group or --serviceaccount\n$/],
    [['Prod', '--user', 'alice'], /^mooring: "Prod" is not the name of a namespace\n$/],
    [['prod', '--serviceaccount', 'controller'], /^mooring: --serviceaccount controller: use NAMESPACE:NAME\n$/],
  ];
  for (const [args, error] of refused) {
    it(`is refused: ${args.join(' ')}`, async () => {
      const result = await mooring(['hub-namespace', 'allow', ...args]);
      assert.equal(result.code, 2);
      assert.match(result.error, error);
    });
  }
});
