import assert from 'node:assert/strict';
import { readKubeConfigFile } from '../../../src/kube/kubeconfig/kubeconfig-file.ts';

const path = '/home/ann/.kube/config';
const v1 = 'client.authentication.k8s.io/v1';

const userOf = (user: object) =>
  readKubeConfigFile(JSON.stringify({ users: [{ name: 'u', user }] }), path).users.get('u');
const clusterOf = (cluster: object) =>
  readKubeConfigFile(JSON.stringify({ clusters: [{ name: 'c', cluster }] }), path).clusters.get('c');

describe('readKubeConfigFile', () => {
  it('resolves paths against the folder of the file, but no command of PATH', () => {
    const exec = { apiVersion: v1, interactiveMode: 'Never' };
    assert.equal(userOf({ tokenFile: './token' })?.tokenFile, '/home/ann/.kube/token');
    assert.equal(userOf({ 'client-key': '../key' })?.clientKey, '/home/ann/key');
    assert.equal(userOf({ 'client-certificate': '/etc/crt' })?.clientCertificate, '/etc/crt');
    assert.equal(clusterOf({ 'certificate-authority': 'ca' })?.certificateAuthority, '/home/ann/.kube/ca');
    assert.equal(userOf({ exec: { ...exec, command: 'bin/login' } })?.exec?.command, '/home/ann/.kube/bin/login');
    assert.equal(userOf({ exec: { ...exec, command: 'login' } })?.exec?.command, 'login');
  });

  it('reads an exec plugin, and the configuration of the cluster for it', () => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      command: 'login',
      args: ['a'],
      env: [{ name: 'A', value: 'b' }, { name: 'EMPTY' }],
      installHint: 'install it',
      provideClusterInfo: true,
    };
    assert.deepEqual(userOf({ exec })?.exec, {
      ...exec,
      env: { A: 'b', EMPTY: '' },
      interactiveMode: 'IfAvailable',
    });
    const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'x' } }, { name: 'other' }];
    assert.deepEqual(clusterOf({ extensions })?.execConfig, { audience: 'x' });
  });

  it('reads whom to impersonate', () => {
    const user = userOf({ as: 'ann', 'as-uid': '7', 'as-groups': ['ops'], 'as-user-extra': { scopes: ['a', 'b'] } });
    assert.deepEqual(user?.impersonation, { user: 'ann', uid: '7', groups: ['ops'], extra: { scopes: ['a', 'b'] } });
    assert.equal(userOf({ as: '' })?.impersonation, undefined);
  });

  it('reads YAML as kubectl does, and an empty file', () => {
    const text = 'clusters:\n- name: c\n  cluster: {server: "https://one", insecure-skip-tls-verify: yes}\n';
    assert.equal(readKubeConfigFile(text, path).clusters.get('c')?.insecureSkipTlsVerify, true);
    assert.equal(readKubeConfigFile('', path).clusters.size, 0);
  });

  const exec = { apiVersion: v1, command: 'login', interactiveMode: 'Never' };
  const refused: [why: string, content: object | string, message: RegExp][] = [
    ['a name twice', { users: [{ name: 'u' }, { name: 'u' }] }, /users\[1\]\.name: "u" exists twice$/],
    ['another kind', { kind: 'List' }, /must be of kind v1 Config, not v1 List$/],
    ['a list instead of a map', [], /^\/home\/ann\/\.kube\/config: must be a map$/],
    ['text that is not YAML', 'a: [', /^\/home\/ann\/\.kube\/config: cannot be read as YAML: [^\n]*$/],
    ['a number as a token', withUser({ token: 1 }), /users\[0\]\.user\.token: must be a string/],
    ['groups without a user', withUser({ 'as-groups': ['ops'] }), /user\.as: is required with as-uid, as-groups or/],
    ['a plugin without a command', withUser({ exec: { ...exec, command: '' } }), /exec\.command: is required$/],
    [
      'a version of plugins that is removed',
      withUser({ exec: { ...exec, apiVersion: 'client.authentication.k8s.io/v1alpha1' } }),
      /exec\.apiVersion: must be client\.authentication\.k8s\.io\/v1 or client/,
    ],
    [
      'version v1 without interactiveMode',
      withUser({ exec: { ...exec, interactiveMode: '' } }),
      /interactiveMode: must be Never, IfAvailable or Always$/,
    ],
    [
      'a variable without a name',
      withUser({ exec: { ...exec, env: [{ value: 'b' }] } }),
      /env\[0\]\.name: is required$/,
    ],
  ];
  for (const [why, content, message] of refused) {
    it(`refuses ${why}`, () => {
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      assert.throws(() => readKubeConfigFile(text, path), { name: 'InvalidKubeConfig', message });
    });
  }
});

function withUser(fields: object): object {
  return { users: [{ name: 'u', user: fields }] };
}
