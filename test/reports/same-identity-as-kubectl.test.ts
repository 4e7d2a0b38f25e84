import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import { createNamespace, kubectlOk, sharedHub, type CommandResult } from '../support/hub.ts';
import { EchoApiServer } from '../support/echo-api-server.ts';
import { OidcIssuer } from '../support/oidc-issuer.ts';

const whoami = join(import.meta.dirname, '..', 'support', 'whoami.ts');
const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const v1 = 'client.authentication.k8s.io/v1';
const beta = 'client.authentication.k8s.io/v1beta1';
const history = ['history', 'environment', 'primary'];
/** A server that nobody listens to. */
const dead = '127.0.0.1:1';

type Fields = Record<string, unknown>;
interface KubeconfigContent {
  clusters: { cluster: Fields }[];
  users: { user: Fields }[];
}

/** What both programs get: the fields of a user, of a cluster, and environment variables. */
interface Row {
  why: string;
  user?: () => Fields;
  cluster?: () => Fields;
  environment?: () => Record<string, string>;
  /** What mooring says; kubectl has to fail, too. */
  refused?: RegExp;
  /** Whether the plugin is called, and gets the same KUBERNETES_EXEC_INFO from both. */
  callsPlugin?: true;
}

describe('a command acts on the cluster of kubectl, with the same identity', function () {
  this.timeout(120_000);
  let folder: string;
  let kubectl: string;
  /** What the kubeconfig of the hub contains, and the token of a service account. */
  let hub: { server: string; authority: string; certificate: string; key: string; token: string };
  let proxy: http.Server;
  let proxyUrl: string;
  const tunnels: string[] = [];

  const run = async (
    program: string,
    args: readonly string[],
    environment: Record<string, string>,
  ): Promise<CommandResult> => {
    const env = { PATH: process.env['PATH'], HOME: join(folder, 'home'), ...environment };
    const child = spawn(program, args, { env, cwd: join(folder, 'elsewhere'), stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null));
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { code, stdout, stderr };
  };
  const mooring = (environment: Record<string, string>) => run(process.execPath, [main, ...history], environment);

  /** Asks both programs for their identity. */
  const ask = async (environment: Record<string, string>) => ({
    theirs: await run(kubectl, ['auth', 'whoami', '-o', 'json'], environment),
    ours: await run(process.execPath, [whoami], environment),
  });

  /** Writes a kubeconfig whose context, cluster and user have its name. */
  const write = async (name: string, user: Fields = {}, cluster: Fields = {}): Promise<string> => {
    const content = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': name,
      contexts: [{ name, context: { cluster: name, user: name, namespace: `of-${name}` } }],
      clusters: [{ name, cluster: { server: hub.server, 'certificate-authority-data': hub.authority, ...cluster } }],
      users: [{ name, user }],
    };
    const path = join(folder, name);
    await writeFile(path, JSON.stringify(content));
    return path;
  };

  /** Writes a plugin that records what it is told. */
  const plugin = async (name: string, status: Fields, { apiVersion = v1, before: first = '' } = {}): Promise<void> => {
    const answer = JSON.stringify({ kind: 'ExecCredential', apiVersion, status });
    const record = `printf '%s\\n' "$KUBERNETES_EXEC_INFO" >> "${folder}/info"`;
    await writeFile(join(folder, name), `#!/bin/sh\n${record}\n${first}\ncat <<'END'\n${answer}\nEND\n`);
    await chmod(join(folder, name), 0o755);
  };

  const told = async (): Promise<unknown[]> => {
    const lines = (await readFile(join(folder, 'info'), 'utf8')).split('\n').filter((line) => line !== '');
    await rm(join(folder, 'info'));
    return lines.map((line): unknown => JSON.parse(line));
  };

  const startProxy = async (): Promise<void> => {
    proxy = http.createServer().on('connect', (request, socket) => {
      tunnels.push(request.url ?? '');
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const upstream = connect(Number(new URL(hub.server).port), '127.0.0.1').on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
      socket.pipe(upstream).pipe(socket);
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const address = proxy.address();
    proxyUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  };

  before(async function () {
    this.timeout(300_000);
    folder = await mkdtemp(join(tmpdir(), 'mooring-identity-'));
    await mkdir(join(folder, 'elsewhere'));
    const shared = await sharedHub();
    kubectl = shared.kubectl;
    const content: KubeconfigContent = parse(await readFile(shared.kubeconfig, 'utf8'));
    const cluster = content.clusters[0]?.cluster ?? {};
    const user = content.users[0]?.user ?? {};
    const namespace = await createNamespace('identity');
    await kubectlOk(['create', 'serviceaccount', 'ops', '-n', namespace]);
    hub = {
      server: String(cluster['server']),
      authority: String(cluster['certificate-authority-data']),
      certificate: String(user['client-certificate-data']),
      key: String(user['client-key-data']),
      token: (await kubectlOk(['create', 'token', 'ops', '-n', namespace])).trim(),
    };
    await writeFile(join(folder, 'token'), `${hub.token}\n`);
    await writeFile(join(folder, 'ca.crt'), atob(hub.authority));
    await writeFile(join(folder, 'client.crt'), atob(hub.certificate));
    await writeFile(join(folder, 'client.key'), atob(hub.key));
    await plugin('login', { token: hub.token });
    await plugin('login-beta', { token: hub.token }, { apiVersion: beta });
    const pair = { clientCertificateData: atob(hub.certificate), clientKeyData: atob(hub.key) };
    await plugin('login-certificate', { ...pair, expirationTimestamp: '2999-01-01T00:00:00Z' });
    await plugin('login-with-variable', { token: hub.token }, { before: 'test "$ROLE" = ops || exit 4' });
    await plugin(
      'login-after-answer',
      { token: hub.token },
      { before: 'read -r answer; test "$answer" = yes || exit 5' },
    );
    await plugin('no-login', {});
    await startProxy();
  });

  after(async () => {
    proxy.close();
    proxy.closeAllConnections();
    await rm(folder, { recursive: true });
  });

  const token = () => ({ token: hub.token });
  const certificate = () => ({ 'client-certificate-data': hub.certificate, 'client-key-data': hub.key });
  const login = (fields: Fields = {}) => ({
    exec: { apiVersion: v1, interactiveMode: 'Never', command: './login', ...fields },
  });
  /** A name of the hub that only the proxy knows. */
  const remote = () => ({
    server: hub.server.replace('127.0.0.1', 'hub.example.test'),
    'tls-server-name': '127.0.0.1',
  });
  const authorityFile = { 'certificate-authority-data': '', 'certificate-authority': 'ca.crt' };
  const noAuthority = { 'certificate-authority-data': '' };
  const unknownHost = /ENOTFOUND|EAI_AGAIN/;

  const identities: Row[] = [
    { why: 'a client certificate', user: certificate },
    {
      why: 'files beside the kubeconfig',
      user: () => ({ 'client-certificate': 'client.crt', 'client-key': './client.key' }),
      cluster: () => authorityFile,
    },
    { why: 'a token', user: token },
    { why: 'a token file', user: () => ({ tokenFile: join(folder, 'token') }) },
    { why: 'a token file beside the kubeconfig', user: () => ({ tokenFile: './token' }) },
    { why: 'a token file that replaces the token', user: () => ({ token: 'old', tokenFile: 'token' }) },
    { why: 'a token and a certificate', user: () => ({ ...token(), ...certificate() }) },
    {
      why: 'impersonation with groups, uid and extra',
      user: () => ({
        ...certificate(),
        as: 'jürgen',
        'as-uid': '4711',
        'as-groups': ['system:masters', 'ops,dev'],
        'as-user-extra': { 'example.org/scopes': ['a', 'b'], reason: ['on call'] },
      }),
    },
    { why: 'impersonation without groups', user: () => ({ ...certificate(), as: 'ann' }) },
    {
      why: 'groups without a user',
      user: () => ({ ...certificate(), 'as-groups': ['ops'] }),
      refused: /as: is required/,
    },
    {
      why: 'an auth-provider that is removed',
      user: () => ({ 'auth-provider': { name: 'gcp' } }),
      refused: /auth-provider "gcp" is not supported/,
    },
    {
      why: 'a token and a password',
      user: () => ({ ...token(), username: 'ann' }),
      refused: /a token and a username or pas/,
    },
    {
      why: 'a password',
      user: () => ({ username: 'ann', password: 'p' }),
      refused: /User "system:anonymous" cannot create/,
    },
    { why: 'a number as a token', user: () => ({ token: 1 }), refused: /token: must be a string/ },
    {
      why: 'a certificate without a key',
      user: () => ({ ...certificate(), 'client-key-data': '' }),
      refused: /without client-key/,
    },
  ];

  const plugins: Row[] = [
    { why: 'a plugin beside the kubeconfig', user: login, callsPlugin: true },
    {
      why: 'a plugin that asks for the cluster',
      user: () => login({ provideClusterInfo: true }),
      cluster: () => ({
        'tls-server-name': '127.0.0.1',
        extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'hub', list: [1] } }],
      }),
      callsPlugin: true,
    },
    {
      why: 'a plugin that asks for a cluster with files and a proxy',
      user: () => login({ provideClusterInfo: true }),
      cluster: () => ({ ...remote(), ...authorityFile, 'proxy-url': proxyUrl, 'disable-compression': true }),
      callsPlugin: true,
    },
    {
      why: 'a plugin of version v1beta1, without interactiveMode',
      user: () => ({ exec: { apiVersion: beta, command: './login-beta', provideClusterInfo: true } }),
      callsPlugin: true,
    },
    {
      why: 'a plugin that may ask, without a terminal',
      user: () => login({ interactiveMode: 'IfAvailable' }),
      callsPlugin: true,
    },
    { why: 'a plugin with a certificate', user: () => login({ command: './login-certificate' }), callsPlugin: true },
    {
      why: 'a plugin with a variable',
      user: () => login({ command: './login-with-variable', env: [{ name: 'ROLE', value: 'ops' }] }),
      callsPlugin: true,
    },
    {
      why: 'a plugin in PATH',
      user: () => login({ command: 'login' }),
      environment: () => ({ PATH: `${folder}${delimiter}${process.env['PATH']}` }),
      callsPlugin: true,
    },
    {
      why: 'a plugin that a certificate makes unnecessary',
      user: () => ({ ...certificate(), ...login({ command: 'x/y' }) }),
    },
    {
      why: 'a plugin of another version',
      user: () => login({ command: './login-beta' }),
      refused: /is configured to use .*\/v1, but printed/,
    },
    {
      why: 'a plugin without an answer',
      user: () => login({ command: './no-login' }),
      refused: /neither a token nor a certificate/,
    },
    {
      why: 'a plugin that is missing',
      user: () => login({ command: './missing', installHint: 'see example.org' }),
      refused: /missing" is not installed; see example\.org/,
    },
    {
      why: 'a plugin that fails',
      user: () => login({ command: './login-with-variable' }),
      refused: /failed with exit code 4/,
    },
    { why: 'a plugin that has to ask', user: () => login({ interactiveMode: 'Always' }), refused: /needs a terminal/ },
    {
      why: 'a plugin that does not say whether it asks',
      user: () => login({ interactiveMode: '' }),
      refused: /interactiveMode: must be Never/,
    },
    {
      why: 'a plugin of a removed version',
      user: () => login({ apiVersion: 'client.authentication.k8s.io/v1alpha1' }),
      refused: /apiVersion: must be/,
    },
  ];

  const servers: Row[] = [
    {
      why: 'another name in the certificate of the server',
      user: token,
      cluster: () => ({ 'tls-server-name': 'other' }),
      refused: /altnames/,
    },
    {
      why: 'a certificate that is not checked',
      user: token,
      cluster: () => ({ ...noAuthority, 'insecure-skip-tls-verify': true }),
    },
    {
      why: 'an authority and a certificate that is not checked',
      user: token,
      cluster: () => ({ 'insecure-skip-tls-verify': true }),
      refused: /remove one of them/,
    },
    { why: 'an unknown authority', user: token, cluster: () => noAuthority, refused: /certificate/ },
    {
      why: 'an authority of the system',
      user: token,
      cluster: () => noAuthority,
      environment: () => ({ SSL_CERT_FILE: join(folder, 'ca.crt') }),
    },
    {
      why: 'a server without a scheme, which means http',
      user: token,
      cluster: () => ({ server: hub.server.replace('https://', '') }),
      refused: /HTTP request to an HTTPS server/,
    },
  ];

  const proxies: Row[] = [
    { why: 'a name that only the proxy knows', cluster: remote, refused: unknownHost },
    { why: 'proxy-url', cluster: () => ({ ...remote(), 'proxy-url': proxyUrl }) },
    {
      why: 'an unknown scheme of proxy-url',
      cluster: () => ({ ...remote(), 'proxy-url': 'socks4://proxy' }),
      refused: /proxy-url must be/,
    },
    { why: 'HTTPS_PROXY', cluster: remote, environment: () => ({ HTTPS_PROXY: proxyUrl }) },
    {
      why: 'https_proxy without a scheme',
      cluster: remote,
      environment: () => ({ https_proxy: proxyUrl.replace('http://', '') }),
    },
    {
      why: 'HTTPS_PROXY before https_proxy',
      cluster: remote,
      environment: () => ({ HTTPS_PROXY: proxyUrl, https_proxy: `http://${dead}` }),
    },
    {
      why: 'HTTPS_PROXY before https_proxy, although nobody listens there',
      cluster: remote,
      environment: () => ({ HTTPS_PROXY: `http://${dead}`, https_proxy: proxyUrl }),
      refused: /ECONNREFUSED/,
    },
    {
      why: 'a domain in NO_PROXY',
      cluster: remote,
      environment: () => ({ HTTPS_PROXY: proxyUrl, NO_PROXY: '10.0.0.0/8,example.test' }),
      refused: unknownHost,
    },
    {
      why: 'other domains in no_proxy',
      cluster: remote,
      environment: () => ({ HTTPS_PROXY: proxyUrl, no_proxy: '.hub.example.test,127.0.0.1' }),
    },
    {
      why: 'proxy-url before HTTPS_PROXY',
      cluster: () => ({ ...remote(), 'proxy-url': proxyUrl }),
      environment: () => ({ HTTPS_PROXY: `http://${dead}` }),
    },
    { why: 'a loopback address without a proxy', environment: () => ({ HTTPS_PROXY: `http://${dead}` }) },
  ];

  for (const { why, user = token, cluster, environment, refused, callsPlugin } of [
    ...identities,
    ...plugins,
    ...servers,
    ...proxies,
  ]) {
    it(`${refused === undefined ? 'with' : 'and refuses'} ${why}`, async () => {
      const path = await write('row', user(), cluster?.());
      tunnels.length = 0;
      await rm(join(folder, 'info'), { force: true });
      const { theirs, ours } = await ask({ ...environment?.(), KUBECONFIG: path });
      if (refused !== undefined) {
        assert.deepEqual([theirs.code, ours.code], [1, 1], theirs.stdout + ours.stdout);
        assert.match(ours.stderr, refused);
        return;
      }
      assert.deepEqual([theirs.code, ours.code], [0, 0], theirs.stderr + ours.stderr);
      const { userInfo } = JSON.parse(theirs.stdout).status;
      assert.deepEqual(JSON.parse(ours.stdout), { namespace: 'of-row', userInfo });
      assert.ok(tunnels.length === 0 || tunnels.length === 2, tunnels.join(' '));
      assert.equal(new Set(tunnels).size, tunnels.length / 2);
      if (callsPlugin !== true) return;
      const calls = await told();
      assert.equal(calls.length, 2);
      assert.deepEqual(calls[1], calls[0]);
    });
  }

  const files: [why: string, names: string[], works: boolean][] = [
    ['the first current-context', ['good', 'dead'], true],
    ['the first current-context, although nobody listens there', ['dead', 'good'], false],
    ['the first definition of a name', ['good', 'same-names'], true],
    ['the first definition of a name, although nobody listens there', ['same-names', 'good'], false],
    ['the files that exist', ['', 'none', 'good', ''], true],
    ['one file that is named twice', ['good', 'good'], true],
  ];
  for (const [why, names, works] of files) {
    it(`with several files in KUBECONFIG: uses ${why}`, async () => {
      const good = await readFile(await write('good', certificate()), 'utf8');
      await write('dead', {}, { server: `https://${dead}` });
      await writeFile(
        join(folder, 'same-names'),
        good.replaceAll(hub.server, `https://${dead}`).replace('of-', 'not-of-'),
      );
      const paths = names.map((name) => (name === '' ? '' : join('..', name)));
      const environment = { KUBECONFIG: paths.join(delimiter) };
      const { theirs, ours } = await ask(environment);
      const { stderr } = await mooring(environment);
      if (works) {
        assert.deepEqual([theirs.code, ours.code], [0, 0], theirs.stderr + ours.stderr);
        const { userInfo } = JSON.parse(theirs.stdout).status;
        assert.deepEqual(JSON.parse(ours.stdout), { namespace: 'of-good', userInfo });
        assert.match(stderr, /^mooring: there is no Environment of-good\/primary/);
      } else {
        assert.deepEqual([theirs.code, ours.code], [1, 1], theirs.stdout + ours.stdout);
        assert.match(stderr, /ECONNREFUSED 127\.0\.0\.1:1\n$/);
      }
    });
  }

  it('and says what is missing if no file exists', async () => {
    const { code, stderr } = await mooring({ KUBECONFIG: join(folder, 'none') });
    assert.equal(code, 1);
    assert.match(stderr, /^mooring: no cluster configuration: .*\/none has no context, and this is not a pod/);
  });

  it('with the service account of a pod', async function () {
    if (process.getuid?.() !== 0) this.skip();
    await writeFile(join(folder, 'namespace'), 'of-pod');
    // Only these processes see the files of the pod.
    const account = '/run/secrets/kubernetes.io/serviceaccount';
    const pod = `mount -t tmpfs tmpfs /run && mkdir -p ${account} && cp ../token ../ca.crt ../namespace ${account} && exec "$@"`;
    const inPod = ['-m', 'sh', '-c', pod, 'sh'];
    const { hostname, port } = new URL(hub.server);
    const environment = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
    const theirs = await run('unshare', [...inPod, kubectl, 'auth', 'whoami', '-o', 'json'], environment);
    const ours = await run('unshare', [...inPod, process.execPath, whoami], environment);
    assert.deepEqual([theirs.code, ours.code], [0, 0], theirs.stderr + ours.stderr);
    const { userInfo } = JSON.parse(theirs.stdout).status;
    assert.deepEqual(JSON.parse(ours.stdout), { namespace: 'of-pod', userInfo });
  });

  it('with a plugin that reads the terminal', async () => {
    const user = login({ command: './login-after-answer', interactiveMode: 'Always' });
    const path = await write('asking', user);
    for (const command of [`${kubectl} auth whoami`, `${process.execPath} ${whoami}`]) {
      const env = { ...process.env, KUBECONFIG: path };
      const child = spawn('script', ['-qec', command, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'pipe'] });
      child.stdin.write('yes\n');
      const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
      assert.equal(code, 0, stdout);
      assert.match(stdout, /:ops\b/);
      assert.deepEqual(await told(), [{ kind: 'ExecCredential', apiVersion: v1, spec: { interactive: true } }]);
    }
  });

  describe('with auth-provider oidc', () => {
    let issuer: OidcIssuer;
    let server: EchoApiServer;

    before(async () => {
      server = await new EchoApiServer().start();
    });
    beforeEach(async () => {
      issuer = await new OidcIssuer().start();
    });
    afterEach(() => issuer.stop());
    after(() => server.stop());

    /** Writes a kubeconfig with an expired id-token. */
    const loggedIn = (name: string, fields: Fields = {}): Promise<string> =>
      write(
        name,
        {
          'auth-provider': {
            name: 'oidc',
            config: {
              'client-id': 'mooring',
              'idp-issuer-url': issuer.url,
              'idp-certificate-authority-data': btoa(issuer.authority),
              'id-token': issuer.idToken(-60),
              'refresh-token': issuer.refreshToken,
              ...fields,
            },
          },
        },
        { server: server.url, 'certificate-authority-data': btoa(server.authority) },
      );
    const asKubectl = (KUBECONFIG: string) => run(kubectl, ['auth', 'whoami', '-o', 'json'], { KUBECONFIG });
    const asMooring = (KUBECONFIG: string) => run(process.execPath, [whoami], { KUBECONFIG });
    /** The Authorization header that the API server received. */
    const headerOf = ({ code, stdout, stderr }: CommandResult): string => {
      assert.equal(code, 0, stderr);
      assert.equal(stderr, '');
      const { status, userInfo = status?.userInfo } = JSON.parse(stdout);
      return String(userInfo?.username);
    };

    it('uses a token that kubectl has renewed, and kubectl one that mooring has renewed', async () => {
      for (const programs of [
        [asKubectl, asMooring],
        [asMooring, asKubectl],
      ]) {
        const path = await loggedIn('oidc');
        const headers = [];
        for (const program of programs) headers.push(headerOf(await program(path)));
        assert.deepEqual(headers, [`Bearer ${issuer.newest}`, `Bearer ${issuer.newest}`]);
      }
      assert.equal(issuer.grants.length, 2);
    });

    it('renews it alternately, although each refresh token is valid once', async () => {
      issuer.lifetime = 5;
      const path = await loggedIn('alternating', { 'client-secret': 's3:cret ü' });
      for (const program of [asMooring, asKubectl, asMooring, asMooring, asKubectl, asKubectl, asMooring]) {
        assert.equal(headerOf(await program(path)), `Bearer ${issuer.newest}`);
      }
      assert.equal(issuer.grants.length, 7);
      const secrets = new Set(issuer.grants.map(({ authorization }) => authorization));
      assert.equal(secrets.size, 1, [...secrets].join(' '));
    });

    it('renews it once for commands that run at the same time', async () => {
      issuer.delay = 500;
      const path = await loggedIn('together');
      const results = await Promise.all([asMooring(path), asMooring(path), asMooring(path)]);
      assert.deepEqual(results.map(headerOf), Array<string>(3).fill(`Bearer ${issuer.newest}`));
      assert.equal(issuer.grants.length, 1);
    });

    it('reads the authority of the issuer from the working directory', async () => {
      await writeFile(join(folder, 'elsewhere', 'idp.crt'), issuer.authority);
      const fields = { 'idp-certificate-authority': './idp.crt', 'idp-certificate-authority-data': '' };
      for (const program of [asKubectl, asMooring]) {
        assert.equal(headerOf(await program(await loggedIn('file', fields))), `Bearer ${issuer.newest}`);
      }
      const refused: Fields = { ...fields, 'idp-certificate-authority': '../elsewhere/missing.crt' };
      const path = await loggedIn('missing', refused);
      assert.deepEqual([(await asKubectl(path)).code, (await asMooring(path)).code], [1, 1]);
    });

    const refused: [why: string, fields: Fields, message: RegExp][] = [
      ['no client-id', { 'client-id': '' }, /user "refused": auth-provider oidc has no client-id\n$/],
      ['no issuer', { 'idp-issuer-url': '' }, /auth-provider oidc has no idp-issuer-url\n$/],
      ['no refresh token', { 'refresh-token': '' }, /has expired, and there is no refresh-token; log in again\n$/],
      ['a refresh token that was used', { 'refresh-token': 'used' }, /invalid_grant: the refresh token was used; try/],
      ['an id-token that is none', { 'id-token': 'text' }, /the id-token is not a JWT; log in again\n$/],
      ['an authority that is not base64', { 'idp-certificate-authority-data': 'ü' }, /must be base64\n$/],
      ['an unknown authority', { 'idp-certificate-authority-data': '' }, /unable to verify the first certificate/],
    ];
    for (const [why, fields, message] of refused) {
      it(`refuses ${why}`, async () => {
        const path = await loggedIn('refused', fields);
        const [theirs, ours] = [await asKubectl(path), await asMooring(path)];
        assert.deepEqual([theirs.code, ours.code], [1, 1], theirs.stdout + ours.stdout);
        assert.match(ours.stderr, message);
      });
    }
  });

  it('and ends when the error of a plugin is printed, although the plugin left a process behind', async () => {
    const user = login({ command: 'sh', args: ['-c', 'sleep 20 & exit 6'] });
    const environment = { KUBECONFIG: await write('failing', user) };
    const began = performance.now();
    const { code, stderr } = await mooring(environment);
    assert.equal(code, 1);
    assert.match(stderr, /exec plugin "sh" failed with exit code 6\n$/);
    assert.ok(performance.now() - began < 15_000);
  });
});
