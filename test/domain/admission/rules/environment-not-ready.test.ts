import assert from 'node:assert/strict';
import { environmentNotReady } from '../../../../src/domain/admission/rules/environment-not-ready.ts';
import { factsOf, findingsOf, referenceFacts } from '../../../support/facts.ts';
import { deployment } from '../../../support/manifests.ts';
import { messagesOf } from '../../../support/deployment-changes.ts';
import type { FoundReference } from '../../../../src/domain/refs/found-reference.ts';

const path = 'spec.environmentRef.name';
const fine = referenceFacts('primary', 'team', [{ revision: 1 }]);
const notReady = (message: string, visible = true): FoundReference => {
  return { ...fine, notReady: { reason: 'TooFew', message, visible } };
};

const cases: { what: string; environment?: FoundReference; warned: boolean; why: string }[] = [
  {
    what: 'an Environment that is ready or merely new',
    environment: fine,
    warned: false,
    why: 'nothing speaks against it',
  },
  {
    what: 'one that is judged not ready',
    environment: notReady('no cluster'),
    warned: true,
    why: 'nothing is applied there',
  },
  { what: 'one that nobody could read', warned: false, why: 'that is for others to say' },
];

describe('EnvironmentNotReady', () => {
  for (const { what, environment, warned, why } of cases) {
    it(`${warned ? 'warns of' : 'lets'} ${what}: ${why}`, () => {
      const facts = factsOf({ object: deployment('team') }, environment === undefined ? {} : { environment });
      assert.deepEqual(findingsOf(environmentNotReady, facts), warned ? [{ path }] : []);
    });
  }

  it('only warns: a deployment may come before the clusters do', () => {
    assert.equal(environmentNotReady.severity, 'warn');
  });

  it('says so to who makes or changes the ref, and not again with every other edit', () => {
    const environment = notReady('no cluster');
    const warnedOf = (from: string, to: string) =>
      findingsOf(
        environmentNotReady,
        factsOf(
          {
            object: deployment('team', { environmentRef: to }),
            oldObject: deployment('team', { environmentRef: from }),
          },
          { environment },
        ),
      ).length;
    assert.equal(warnedOf('other', 'primary'), 1);
    assert.equal(warnedOf('primary', 'primary@v1'), 1);
    assert.equal(warnedOf('primary', 'primary'), 0);
  });

  it('passes on the reason, and the first line of why', () => {
    const words = (message: string) =>
      messagesOf(environmentNotReady, factsOf({ object: deployment('team') }, { environment: notReady(message) }));
    assert.match(words('no cluster\nand more'), /team\/primary.*TooFew: no cluster$/);
    assert.match(words(''), /TooFew$/);
  });

  it('says no more than that to who may use the Environment and not see it', () => {
    const facts = factsOf({ object: deployment('team') }, { environment: notReady('secret-placement', false) });
    assert.match(messagesOf(environmentNotReady, facts), /Environment team\/primary is not ready$/);
  });
});
