import assert from 'node:assert/strict';
import { parseStandInArguments } from '../../../../deploy/local/ocm-stand-in/arguments.ts';

const hub = ['--hub-kubeconfig', 'hub'];

describe('OCM stand-in: its command line', () => {
  it('runs unless told otherwise', () => {
    assert.deepEqual(parseStandInArguments([...hub, '--spoke', 's1=a', '--spoke', 's2=b', '--health-port', '80']), {
      verb: 'run',
      hubKubeconfig: 'hub',
      spokes: { s1: 'a', s2: 'b' },
      healthPort: 80,
      logLevel: 'info',
    });
  });

  it('joins and leaves', () => {
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

  const refused: { words: string[]; message: RegExp }[] = [
    { words: [], message: /--hub-kubeconfig is missing/ },
    { words: [...hub, '--spoke', 's1'], message: /--spoke takes NAME=VALUE, not "s1"/ },
    { words: ['join', ...hub], message: /exactly one --spoke/ },
    { words: ['leave', ...hub], message: /cannot do "leave"/ },
    { words: ['fly', ...hub], message: /cannot do "fly"/ },
    { words: [...hub, '--health-port', 'x'], message: /--health-port takes a number/ },
  ];
  for (const { words, message } of refused) {
    it(`refuses ${JSON.stringify(words)}`, () => assert.throws(() => parseStandInArguments(words), { message }));
  }
});
