import assert from 'node:assert/strict';
import { decide } from '../../../../src/domain/admission/decide.ts';
import { lifecycleUnknown } from '../../../../src/domain/admission/rules/lifecycle-unknown.ts';
import type { Unrendered } from '../../../../src/domain/admission/facts.ts';
import { customTopology } from '../../../support/custom-topology.ts';
import { factsOf, findingsOf, stampedAs } from '../../../support/facts.ts';
import { messagesOf } from '../../../support/deployment-changes.ts';
import { deployment, environment } from '../../../support/manifests.ts';

const stopped: Unrendered = {
  environment: { namespace: 'team', name: 'primary' },
  isStopped: true,
  message: 'the evaluation took more than 2500 ms',
};
const failed: Unrendered = {
  environment: { namespace: 'team', name: 'primary' },
  isStopped: false,
  message: 'conflicting values',
};

const cases: { what: string; unrendered?: Unrendered[]; paths: string[]; why: string }[] = [
  { what: 'a request whose renders are complete', unrendered: [], paths: [], why: 'all is known' },
  { what: 'a request that needs no render', paths: [], why: 'no deployment is affected' },
  {
    what: 'a render that fails every time',
    unrendered: [failed],
    paths: [],
    why: 'the controller keeps what is applied',
  },
  { what: 'a render that was stopped', unrendered: [stopped], paths: ['x'], why: 'the rules cannot tell what it does' },
  { what: 'the same Environment twice', unrendered: [stopped, stopped], paths: ['x'], why: 'one line is enough' },
];

describe('LifecycleUnknown', () => {
  for (const { what, unrendered, paths, why } of cases) {
    it(`${paths.length > 0 ? 'denies' : 'allows'} ${what}: ${why}`, () => {
      for (const [object, path] of [
        [environment('team'), 'spec.topology'],
        [deployment('team'), 'spec.environmentRef.name'],
        [customTopology('edge', 'template'), 'spec.schematic.cue.template'],
      ] as const) {
        const facts = factsOf({ object }, unrendered === undefined ? {} : { unrendered });
        assert.deepEqual(
          findingsOf(lifecycleUnknown, facts),
          paths.map(() => ({ path })),
        );
      }
    });
  }

  it('does not name an Environment that the requester may not know', () => {
    const theirs = { ...stopped, environment: { namespace: 'other', name: 'hidden' } };
    assert.match(
      messagesOf(lifecycleUnknown, factsOf({ object: deployment('team') }, { unrendered: [theirs] })),
      /^the topology of another Environment could not be evaluated/,
    );
  });

  it('is answered with 429, so that clients retry', () => {
    const object = stampedAs(environment('team'), 1);
    const { refusal } = decide(factsOf({ object, phase: 'validate' }, { unrendered: [stopped] }));
    assert.deepEqual([refusal?.status, refusal?.reason, refusal?.retryAfterSeconds], [429, 'TooManyRequests', 1]);
  });
});
