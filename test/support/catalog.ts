import { Catalog, type CatalogOptions } from '../../src/catalog/catalog.ts';
import { listedReferrers } from '../../src/catalog/referrers/listed.ts';
import type { ReferrerIndex } from '../../src/catalog/referrers.ts';
import { fileStore } from '../../src/catalog/stores/files.ts';
import type { DefinitionStore } from '../../src/catalog/store.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { requestObject } from './facts.ts';

/** Templates that stand for the built-in topologies in tests that do not evaluate CUE. */
export const stubBuiltins = { 'topology-ocm': 'ocm', 'topology-ocm-byop': 'byop' };

/** A catalog with the system namespace `mural-system`, and with built-in templates that cannot be evaluated unless others are given. */
export function catalogOf(
  store: DefinitionStore,
  builtins: CatalogOptions['builtins'] = stubBuiltins,
  systemNamespace = 'mural-system',
): Catalog {
  return new Catalog({ store, hash: sha256, builtins, systemNamespace });
}

/** A catalog and a referrer index of objects as if they came from files. */
export function filesOf(
  objects: readonly KubeObject[],
  builtins?: CatalogOptions['builtins'],
): { catalog: Catalog; referrers: ReferrerIndex } {
  return {
    catalog: catalogOf(fileStore(objects, sha256), builtins),
    referrers: listedReferrers('mural-system', () => objects.map(requestObject)),
  };
}
