import assert from 'node:assert/strict';
import type { Environment } from '../../src/api/environment.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { revisionOf } from '../../src/controller/definitions/record.ts';
import { offlineDefinitions } from '../../src/definitions/offline.ts';
import type { Definition } from '../../src/domain/definitions.ts';
import type { Pin } from '../../src/domain/pin.ts';
import { readStamp } from '../../src/domain/revision.ts';
import { gatherPublication } from '../../src/webhook/gather-publication.ts';
import { factsOf, stampedAs } from '../support/facts.ts';
import { environment } from '../support/manifests.ts';

const of = (version: string, clusters: number): Environment => {
  const object = environment('team', { placement: { numberOfClusters: clusters } });
  return { ...object, metadata: { ...object.metadata, uid: 'uid-1' }, spec: { ...object.spec, version } };
};
const recorded = (object: Environment, revision: number): KubeObject => {
  const stamped = stampedAs(object, revision) as unknown as Definition;
  return revisionOf('Environment', stamped, readStamp(stamped.metadata) ?? assert.fail());
};
/** Published 1.0.0, then 1.0.1; at revision 3 by now. */
const history = [recorded(of('1.0.0', 1), 1), recorded(of('1.0.1', 2), 2)];
const live = {
  ...stampedAs(of('1.0.1', 2), 3),
  status: { revision: 3, versions: { '1.0': '1.0.1' } },
};
const noPins = { pinsOf: (): Promise<Pin[]> => Promise.reject(new Error('nobody was to be asked')) };

describe('gathering what a publication rests on', () => {
  const definitions = offlineDefinitions([live, ...history], sha256);
  const gathered = (object: Environment, pins: { pinsOf(): Promise<Pin[]> } = noPins) =>
    gatherPublication('Environment', factsOf({ object, oldObject: live }).request, definitions, pins, sha256);

  it('reads the spec that a version was published with, from history', async () => {
    assert.deepEqual(await gathered(of('1.0.0', 7)), { publishedSpec: of('1.0.0', 1).spec });
  });

  it('reads the spec of the live version', async () => {
    assert.deepEqual(await gathered(of('1.0.1', 7)), { publishedSpec: of('1.0.1', 2).spec });
  });

  it('finds none of a version that was pruned or passed by', async () => {
    const bare = offlineDefinitions([live], sha256);
    const { request } = factsOf({ object: of('1.0.0', 7), oldObject: live });
    assert.deepEqual(await gatherPublication('Environment', request, bare, noPins, sha256), {});
  });

  it('asks who pins the number of a new major, and nobody else', async () => {
    const pins: Pin[] = [
      { user: 'b', number: 2 },
      { user: 'a', number: 2 },
      { user: 'c', number: 3 },
    ];
    const found = await gathered(of('2.0.0', 7), { pinsOf: () => Promise.resolve(pins) });
    assert.deepEqual(found, { shadowedPins: ['a', 'b'] });
  });

  it('asks nobody about an ordinary new version', async () => {
    assert.deepEqual(await gathered(of('1.0.2', 7)), {});
    assert.deepEqual(await gathered({ ...live, metadata: { ...live.metadata, labels: { a: 'b' } } }), {});
  });
});
