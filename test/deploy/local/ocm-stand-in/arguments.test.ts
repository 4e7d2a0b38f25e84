import assert from 'node:assert/strict';
import { parseStandInArguments } from '../../../../deploy/local/ocm-stand-in/arguments.ts';

const hub = ['--hub-kubeconfig', 'hub'];

describe('OCM stand-in: its command line', () => {
  it('has the default command run', () => {
    assert.deepEqual(parseStandInArguments([...hub, '--spoke', 's1=a', '--spoke', 's2=b', '--health-port', '80']), {
      verb: 'run',
      hubKubeconfig: 'hub',
      spokes: { s1: 'a', s2: 'b' },
      healthPort: 80,
      logLevel: 'info',
    });
  });

  it('has the commands join and leave', () => {
    const join = ['join', ...hub, '--spoke', 's1=a', '--agent-kubeconfig', 'k', '--label', 'gpu=yes'];
    assert.deepEqual(parseStandInArguments(join), {
      verb: 'join',
      hubKubeconfig: 'hub',
      name: 's1',
      kubeconfig: 'a',
      agentKubeconfig: 'k',
      labels: { gpu: 'yes' },
    });
    assert.deepEqual(parseStandInArguments(['leave', ...hub, 's1']), {
      verb: 'leave',
      hubKubeconfig: 'hub',
      name: 's1',
    });
  });

  const rejected: { args: string[]; message: RegExp }[] = [
    { args: [], message: /--hub-kubeconfig is missing/ },
    { args: [...hub, '--spoke', 's1'], message: /--spoke must be NAME=VALUE, not "s1"/ },
    { args: ['join', ...hub], message: /exactly one --spoke/ },
    { args: ['leave', ...hub], message: /unknown command "leave"/ },
    { args: ['fly', ...hub], message: /unknown command "fly"/ },
    { args: [...hub, '--health-port', 'x'], message: /--health-port must be a number/ },
  ];
  for (const { args, message } of rejected) {
    it(`rejects ${JSON.stringify(args)}`, () => assert.throws(() => parseStandInArguments(args), { message }));
  }
});
