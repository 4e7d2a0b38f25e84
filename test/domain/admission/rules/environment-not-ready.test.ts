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
    what: 'an Environment that is ready or new',
    environment: fine,
    warned: false,
    why: 'it is not known to be unready',
  },
  {
    what: 'an Environment that is not ready',
    environment: notReady('no cluster'),
    warned: true,
    why: 'nothing is applied there',
  },
  { what: 'a ref that cannot be resolved', warned: false, why: 'other rules report that' },
];

describe('EnvironmentNotReady', () => {
  for (const { what, environment, warned, why } of cases) {
    it(`${warned ? 'warns about' : 'allows'} ${what}: ${why}`, () => {
      const facts = factsOf({ object: deployment('team') }, environment === undefined ? {} : { environment });
      assert.deepEqual(findingsOf(environmentNotReady, facts), warned ? [{ path }] : []);
    });
  }

  it('only warns, because clusters may join after a deployment is created', () => {
    assert.equal(environmentNotReady.severity, 'warn');
  });

  it('warns if the ref is created or changed, and not about other edits', () => {
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

  it('gives the reason, and the first line of the message', () => {
    const words = (message: string) =>
      messagesOf(environmentNotReady, factsOf({ object: deployment('team') }, { environment: notReady(message) }));
    assert.match(words('no cluster\nand more'), /team\/primary.*TooFew: no cluster$/);
    assert.match(words(''), /TooFew$/);
  });

  it('reveals no reason to a requester who may use the Environment but not see it', () => {
    const facts = factsOf({ object: deployment('team') }, { environment: notReady('secret-placement', false) });
    assert.match(messagesOf(environmentNotReady, facts), /Environment team\/primary is not ready$/);
  });
});
