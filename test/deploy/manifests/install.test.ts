import assert from 'node:assert/strict';
import { parseAllDocuments } from 'yaml';
import { generatedFiles } from '../../../deploy/generate.ts';
import { installNamespace, sharedHubNamespace, systemNamespace } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';

/** `Kind name` of the objects in a file of the installation. */
function objectsIn(path: string): string[] {
  return parseAllDocuments(generatedFiles().get(path) ?? assert.fail(path)).map((document) => {
    const { kind, metadata } = document.toJS() as KubeObject;
    return `${kind} ${metadata.name}`;
  });
}

describe('the files of the installation', () => {
  /** The files that README tells to delete with the program, although objects and workloads stay. */
  const program = ['deploy/mooring.yaml', 'deploy/rbac.yaml'].flatMap(objectsIn);

  it('delete only the namespace of the program with the program', () => {
    assert.deepEqual(
      program.filter((object) => object.startsWith('Namespace ')),
      [`Namespace ${installNamespace}`],
    );
    const guards = program.filter((object) => /^(CustomResource|ValidatingAdmission|ManagedCluster)/.test(object));
    assert.deepEqual(guards, []);
  });

  it('contain each namespace that outlives the program, in a file of its own', () => {
    assert.deepEqual(objectsIn('deploy/system-namespace.yaml'), [`Namespace ${systemNamespace}`]);
    assert.ok(objectsIn('deploy/hub-namespace.yaml').includes(`Namespace ${sharedHubNamespace}`));
  });
});
